import type { ChangeKind } from './types.js'

/** What well-known charts are for, by their names in the public repositories. */
const purposes: Partial<Record<ChangeKind, readonly string[]>> = {
  ingress: [
    'ingress-nginx',
    'nginx-ingress',
    'nginx-ingress-controller',
    'traefik',
    'haproxy-ingress',
    'kubernetes-ingress',
    'contour',
    'kong',
    'istiod',
    'istio',
    'envoy-gateway',
    'external-dns',
    // Without certificates there is no ingress.
    'cert-manager',
    'kube-lego',
  ],
  monitoring: [
    'prometheus',
    'prometheus-operator',
    'kube-prometheus-stack',
    'alertmanager',
    'grafana',
    'loki',
    'loki-stack',
    'promtail',
    'thanos',
    'kube-state-metrics',
    'prometheus-node-exporter',
  ],
  jupyterhub: ['jupyterhub'],
  capacity: ['cluster-autoscaler', 'karpenter', 'metrics-server', 'descheduler', 'keda'],
  registry: ['harbor', 'docker-registry', 'registry'],
  storage: [
    'localpv-provisioner',
    'openebs',
    'rook-ceph',
    'longhorn',
    'minio',
    'nfs-subdir-external-provisioner',
    'velero',
  ],
  network: ['tigera-operator', 'calico', 'cilium', 'metallb'],
}

const byChart = new Map(
  Object.entries(purposes).flatMap(([kind, charts]) => charts.map((chart) => [chart, kind as ChangeKind] as const)),
)

/** What a chart is for; undefined where that is not known. */
export const purposeOf = (chart: string): ChangeKind | undefined => byChart.get(chart)

const stateless = new Set(['grafana', 'kube-state-metrics', 'prometheus-node-exporter', 'metrics-server', 'promtail'])

/** Charts that keep nothing: any version can be left again by going back. */
export const isStateless = (chart: string): boolean => stateless.has(chart)
