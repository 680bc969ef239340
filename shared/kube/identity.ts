import { createHash, X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { UserError } from '../foundation/errors.js'
import { authorityOf } from './kubeconfig.js'
import { type Kubectl, refusesCredentials } from './kubectl.js'

/** Which cluster this is, whatever its name or address: sha256 of the API server's CA, and a namespace's UID. */
export interface Identity {
  ca: string
  namespaceUid: string
}

const namespaceSchema = z.object({ metadata: z.object({ uid: z.string() }) })
const rootCaSchema = z.object({ data: z.object({ 'ca.crt': z.string() }) })

/**
 * Asks the cluster who it is.
 *
 * @throws UserError `cluster-unreachable`, or `cluster-identity-mismatch` where the kubeconfig does not reach the namespace.
 */
export async function readIdentity(
  kubeconfig: string,
  kubectl: Pick<Kubectl, 'get'>,
  namespace: string,
): Promise<Identity> {
  const fromFile = authorityOf(kubeconfig)
  const found = namespaceSchema.safeParse(await kubectl.get('namespace', namespace).catch(notReached(namespace)))
  if (!found.success) throw elsewhere(namespace, 'it does not exist on that cluster')
  // A kubeconfig without a CA trusts the system's; the cluster publishes its own one in every namespace.
  const pem = fromFile ?? rootCaSchema.parse(await kubectl.get('configmap', 'kube-root-ca.crt')).data['ca.crt']
  return { ca: authorityFingerprint(pem), namespaceUid: found.data.metadata.uid }
}

const elsewhere = (namespace: string, why: string, cause?: unknown): UserError =>
  new UserError('cluster-identity-mismatch', `The kubeconfig gives no access to namespace "${namespace}": ${why}.`, {
    fix: `Put the right kubeconfig into the environment's secret KUBECONFIG. If it is the right one already, create the namespace once (kubectl create namespace ${namespace}), or allow its user to read it: a deploy never creates namespaces.`,
    cause,
  })

const notReached =
  (namespace: string) =>
  (error: unknown): never => {
    // Credentials that have expired say nothing about where they lead.
    if (error instanceof UserError && error.reason === 'missing-permission' && !refusesCredentials(error.message)) {
      throw elsewhere(namespace, "the kubeconfig's user may not read it", error)
    }
    throw error
  }

/** sha256 of the first certificate, so that line ends and comments in the PEM make no other cluster of it. */
export function authorityFingerprint(pem: string): string {
  try {
    return createHash('sha256').update(new X509Certificate(pem).raw).digest('hex')
  } catch {
    throw new UserError('input-invalid', 'The certificate authority in the kubeconfig is not a PEM certificate.', {
      fix: "Put an unchanged kubeconfig file into the environment's secret KUBECONFIG.",
    })
  }
}

export const sameIdentity = (a: Identity, b: Identity): boolean => a.ca === b.ca && a.namespaceUid === b.namespaceUid
