import { generateKeyPairSync } from 'node:crypto'
import { stringify } from 'yaml'

const pem = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}).privateKey

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** What must never be shown of `kubeconfigs`. */
export const kubeconfigSecretsInThem = {
  token: 'eyJhbGciOiJSUzI1NiJ9.abcdefgh',
  password: 'correct-horse',
  /** Of the client's key: as it is, and a line of it in base64. */
  keyLine: pem.split('\n')[3] ?? '',
  keyData: base64(pem),
  pem,
}

/** What outputs and errors need of them. */
export const kubeconfigNames = [
  'staging',
  'gke_hub-project_europe-west1-b_staging-cluster',
  'deployer-with-a-long-name',
  'kubernetes.example.org',
  base64('-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n-----END CERTIFICATE-----\n'),
]

const [namespace, cluster, user, host, authority] = kubeconfigNames
const data = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'staging',
  contexts: [{ name: 'staging', context: { cluster, user, namespace } }],
  clusters: [{ name: cluster, cluster: { server: `https://${host}:6443`, 'certificate-authority-data': authority } }],
  users: [
    {
      name: user,
      user: {
        token: kubeconfigSecretsInThem.token,
        username: user,
        password: kubeconfigSecretsInThem.password,
        'client-certificate-data': base64(
          '-----BEGIN CERTIFICATE-----\nMIIBtTCCAVugAwIBAgIUR\n-----END CERTIFICATE-----\n',
        ),
        'client-key-data': kubeconfigSecretsInThem.keyData,
      },
    },
  ],
}

/** One kubeconfig in every form that people keep in a secret. */
export const kubeconfigs = {
  YAML: stringify(data),
  'YAML behind a document mark': `---\n${stringify(data)}...\n`,
  'YAML with odd indentation': stringify(data, { indent: 7, lineWidth: 40 }),
  'YAML in flow style': stringify(data, { collectionStyle: 'flow', lineWidth: 60 }),
  'YAML with everything quoted': stringify(data, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE' }),
  'YAML with CRLF': stringify(data).replaceAll('\n', '\r\n'),
  'JSON in one line': JSON.stringify(data),
  'pretty-printed JSON': JSON.stringify(data, undefined, 2),
  'JSON with tabs': `${JSON.stringify(data, undefined, '\t')}\n`,
}
