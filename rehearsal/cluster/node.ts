import { stringify } from 'yaml'
import { nodeAddress } from './network.js'

/** Must resolve on the machine: the API server reaches the kubelet by this name, for logs, exec and port-forward. */
export const nodeName = 'localhost'

export const pauseImage = 'rehearsal.local/pause:1'

export interface NodePaths {
  /** containerd's state; on a file system that overlays can lie on. */
  dir: string
  socket: string
  cniDir: string
  cniConfigDir: string
}

export const containerdConfig = ({ dir, socket, cniDir, cniConfigDir }: NodePaths): string => `version = 2
root = "${dir}/containerd"
state = "${dir}/containerd-state"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs"]
[grpc]
  address = "${socket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${dir}/containerd-opt" # else it makes /opt/containerd
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  stream_server_address = "127.0.0.1"
  restrict_oom_score_adj = true # lowering the score may be forbidden to us
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cniDir}"
    conf_dir = "${cniConfigDir}"
`

/** `cgroup` is the parent of all cgroups it makes; it has to exist. */
export const kubeletConfig = ({ dir, socket }: NodePaths, cgroup: string): string =>
  stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${socket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: cgroup,
    cgroupsPerQOS: true, // without it the kubelet ignores cgroupRoot
    enforceNodeAllocatable: ['pods'],
    failCgroupV1: false,
    failSwapOn: false,
    address: '127.0.0.1',
    healthzBindAddress: '127.0.0.1',
    podLogsDir: `${dir}/pod-logs`,
    volumePluginDir: `${dir}/volume-plugins`, // else it makes /usr/libexec/kubernetes
    resolvConf: '',
    protectKernelDefaults: false,
    makeIPTablesUtilChains: false, // there may be no iptables, and nothing needs it
    // A full disk or memory of the machine is none of the rehearsal's business: never evict.
    evictionHard: Object.fromEntries(
      ['memory.available', 'nodefs.available', 'nodefs.inodesFree', 'imagefs.available'].map((what) => [what, '0%']),
    ),
    imageGCHighThresholdPercent: 100,
    // A crash loop shows after a few seconds, not after the usual 10, 20, 40 ...
    featureGates: { KubeletCrashLoopBackOffMax: true },
    crashLoopBackOff: { maxContainerRestartPeriod: '3s' },
    nodeStatusUpdateFrequency: '2s',
    nodeLeaseDurationSeconds: 40,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' }, // it listens inside the namespace only
  })

export const kubeletArgs = ({ dir }: NodePaths, config: string, kubeconfig: string): string[] => [
  ...['--config', config, '--kubeconfig', kubeconfig],
  ...['--root-dir', `${dir}/kubelet`, '--cert-dir', `${dir}/kubelet/pki`],
  ...['--hostname-override', nodeName, '--node-ip', nodeAddress],
]
