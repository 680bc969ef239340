import type { Credentials } from './credentials.js'
import { apiAddress, serviceRange } from './network.js'

/** Fixed ports: the cluster has a network namespace of its own. */
const etcdClients = 'http://127.0.0.1:2379'
const etcdPeers = 'http://127.0.0.1:2380'
export const apiServer = `https://${apiAddress}:443`

export const etcdArgs = (dataDir: string): string[] => [
  'etcd',
  ...['--data-dir', dataDir],
  ...['--listen-client-urls', etcdClients, '--advertise-client-urls', etcdClients],
  ...['--listen-peer-urls', etcdPeers, '--initial-advertise-peer-urls', etcdPeers],
  ...['--initial-cluster', `default=${etcdPeers}`],
  ...['--log-level', 'warn'],
  '--unsafe-no-fsync', // nothing has to survive a power cut
]

export const apiServerArgs = (keys: Credentials): string[] => [
  'kube-apiserver',
  ...['--etcd-servers', etcdClients],
  ...['--bind-address', apiAddress, '--advertise-address', apiAddress, '--secure-port', '443'],
  ...['--cert-dir', keys.pki], // makes a self-signed certificate there
  ...['--token-auth-file', keys.tokensFile, '--authorization-mode', 'RBAC,Node'],
  ...['--service-account-issuer', 'https://kubernetes.default.svc'],
  ...['--service-account-key-file', keys.verifyingKey, '--service-account-signing-key-file', keys.signingKey],
  ...['--service-cluster-ip-range', serviceRange],
  ...['--endpoint-reconciler-type', 'none'], // nobody routes services: the address is the API server's own
  '--allow-privileged=true',
  '--profiling=false',
]

export const controllerManagerArgs = (keys: Credentials, kubeconfig: string, ca: string): string[] => [
  'kube-controller-manager',
  ...['--kubeconfig', kubeconfig, '--cert-dir', keys.pki, '--bind-address', '127.0.0.1'],
  ...['--service-account-private-key-file', keys.signingKey, '--root-ca-file', ca],
  '--use-service-account-credentials=false',
  '--leader-elect=false', // it is the only one, and an election takes seconds
  '--node-monitor-grace-period=24h', // a machine that sleeps must not evict pods
]

export const schedulerArgs = (keys: Credentials, kubeconfig: string): string[] => [
  'kube-scheduler',
  ...['--kubeconfig', kubeconfig, '--cert-dir', keys.pki, '--bind-address', '127.0.0.1'],
  '--leader-elect=false',
]
