import { allSettledOrThrow } from '../foundation/all-settled.js'
import { type Identity, readIdentity } from '../kube/identity.js'
import type { Kubectl } from '../kube/kubectl.js'
import { readTogether } from '../kube/together.js'
import { readVerified, type Verified, verifiedName } from './verified.js'

/**
 * Which cluster this is, and what it remembers of a release; both are asked for at once.
 *
 * @param kubeconfig the file's content
 * @throws as `readIdentity` and `readVerified`, in this order.
 */
export async function readClusterState(
  kubeconfig: string,
  kubectl: Kubectl,
  { name, namespace }: { name: string; namespace: string },
): Promise<{ identity: Identity; verified: Verified | undefined }> {
  const asked = await readTogether(kubectl, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: verifiedName(name), namespace } },
  ])
  const [identity, verified] = await allSettledOrThrow([
    readIdentity(kubeconfig, asked, namespace),
    readVerified(asked, name),
  ])
  return { identity, verified }
}
