import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'

/** Files of a cluster's own keys. */
export interface Credentials {
  pki: string
  adminToken: string
  tokensFile: string
  /** The service accounts' tokens are signed with it. */
  signingKey: string
  verifyingKey: string
}

/** Makes new keys under `<dir>/pki`, readable by this user only. */
export async function makeCredentials(dir: string): Promise<Credentials> {
  const pki = join(dir, 'pki')
  await mkdir(pki, { recursive: true, mode: 0o700 })
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const credentials: Credentials = {
    pki,
    adminToken: randomBytes(24).toString('hex'),
    tokensFile: join(pki, 'tokens.csv'),
    signingKey: join(pki, 'service-accounts.key'),
    verifyingKey: join(pki, 'service-accounts.pub'),
  }
  await writeFile(credentials.tokensFile, `${credentials.adminToken},admin,admin,system:masters\n`, { mode: 0o600 })
  await writeFile(credentials.signingKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  await writeFile(credentials.verifyingKey, publicKey.export({ type: 'spki', format: 'pem' }))
  return credentials
}

/** Text of a kubeconfig with one context. `ca` is PEM. */
export function kubeconfigText(options: { server: string; ca: string; token: string; namespace?: string }): string {
  const { server, ca, token, namespace } = options
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'rehearsal', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 'user', user: { token } }],
    contexts: [
      { name: 'rehearsal', context: { cluster: 'rehearsal', user: 'user', ...(namespace ? { namespace } : {}) } },
    ],
    'current-context': 'rehearsal',
  })
}
