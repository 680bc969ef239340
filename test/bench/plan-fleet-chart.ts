/** A chart whose manifests are about 10 MB: 900 ConfigMaps of 11 kB, as of dashboards, and 60 workloads. */
export const largeChart = (version: string): Record<string, string> => ({
  'meta/Chart.yaml': `apiVersion: v2\nname: meta\nversion: ${version}\n`,
  'meta/values.yaml': 'greeting: hello\n',
  'meta/templates/maps.yaml': `{{- range $i := until 900 }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: map-{{ $i }}
  labels: { helm.sh/chart: "{{ $.Chart.Name }}-{{ $.Chart.Version }}" }
data:
  dashboard.json: |
{{- range $j := until 160 }}
    {"line": {{ $j }}, "title": "a panel of dashboard {{ $i }} on {{ $.Release.Name }}", "of": "x"},
{{- end }}
{{- end }}
`,
  'meta/templates/workloads.yaml': `{{- range $i := until 60 }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{{ $i }}
  labels: { helm.sh/chart: "{{ $.Chart.Name }}-{{ $.Chart.Version }}" }
spec:
  replicas: 2
  selector: { matchLabels: { app: app-{{ $i }} } }
  template:
    metadata: { labels: { app: app-{{ $i }} } }
    spec:
      containers:
        - name: app
          image: "example.org/app:{{ $.Chart.Version }}"
          env:
            - { name: GREETING, value: {{ $.Values.greeting | quote }} }
            - { name: API_TOKEN, value: {{ $.Release.Name | quote }} }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: app-{{ $i }} }
spec: { minAvailable: 1, selector: { matchLabels: { app: app-{{ $i }} } } }
{{- end }}
`,
})
