import type { Exec } from '../exec/exec.js'
import { type Helm, helmFor } from '../helm/helm.js'
import { type Kubectl, kubectlFor } from '../kube/kubectl.js'
import type { Cluster, Policy } from '../policy/policy.js'
import { type Placed, releasesOn } from '../policy/releases.js'

/** One release on one cluster, with the tools for its namespace. */
export interface ReleaseTarget extends Placed {
  cluster: Cluster
  kubectl: Kubectl
  helm: Helm
}

/**
 * Every release of a cluster, in the order they are deployed.
 *
 * @param kubeconfig path of the file
 */
export const releaseTargetsOn = (policy: Policy, cluster: Cluster, exec: Exec, kubeconfig: string): ReleaseTarget[] =>
  releasesOn(policy, cluster).map((placed) => ({
    ...placed,
    cluster,
    kubectl: kubectlFor(exec, kubeconfig, placed.namespace),
    helm: helmFor(exec, kubeconfig, placed.namespace),
  }))
