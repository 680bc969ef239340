import { inject } from 'vitest'
import { pollUntil } from '../../rehearsal/cluster/poll.js'
import { readIdentity } from '../../shared/kube/identity.js'
import { writeVerified } from '../../shared/records/verified.js'
import { type DeployWorld, startDeployWorld } from '../acceptance/deploy-world.js'
import { released } from '../released.js'
import { pushImage } from './deploy-site.js'
import { type Place, programsFor, startPlace } from './place.js'

/** A deploy repo with many clusters. */
export interface FailingPlaces extends AsyncDisposable {
  /** A cluster as it was verified before something was changed. */
  place(name: string): Promise<Place>
  /** A commit that changes the values of one cluster; returns it. */
  change(name: string, values: string): Promise<string>
}

/** A chart whose values choose how its pod fails. */
const chart = (image: string): Record<string, string> => ({
  'values.yaml': `image: ${image}
command: "sleep 3600"
probe: "true"
delay: 0
replicas: 1
cpu: 1m
role: web
hook: ""
job: ""
forbidden: ""
reach: ""
`,
  'values.schema.json': JSON.stringify({ properties: { replicas: { type: 'integer' } } }),
  'templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, annotations: { forbidden: "{{ eq .Values.forbidden "workload" }}" } }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { role: "{{ .Values.role }}" } }
  template:
    metadata: { labels: { role: "{{ .Values.role }}" }, annotations: { forbidden: "{{ eq .Values.forbidden "pod" }}" } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: web
          image: "{{ .Values.image }}"
          command: [/bin/busybox, sh, -c, "{{ .Values.command }}"]
          resources: { requests: { cpu: "{{ .Values.cpu }}" } }
          readinessProbe:
            exec: { command: [/bin/busybox, sh, -c, "{{ .Values.probe }}"] }
            initialDelaySeconds: {{ .Values.delay }}
            periodSeconds: 1
`,
  'templates/jobs.yaml': `{{ range $name, $command := dict "migrate" .Values.hook "index" .Values.job }}{{ if $command }}
---
apiVersion: batch/v1
kind: Job
metadata: { name: {{ $name }}, annotations: { {{ if eq $name "migrate" }}"helm.sh/hook": pre-upgrade{{ end }} } }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: main, image: "{{ $.Values.image }}", command: [/bin/busybox, sh, -c, "{{ $command }}"] }]
{{ end }}{{ end }}`,
  'templates/reach.yaml': `{{ if .Values.reach }}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: "{{ .Release.Namespace }}" }
{{ end }}`,
})

/**
 * @param names of the clusters, and of their namespaces.
 * @param timeout of the policy. Short, because most of what fails here is waited for.
 */
export async function startFailingPlaces(major: 3 | 4, names: string[], timeout = '8s'): Promise<FailingPlaces> {
  const image = `${inject('registry')}/failing:1`
  await pushImage(image)
  const entry = 'host: 127.0.0.1:1\n'
  const world = await startDeployWorld(() => chart(image), {
    timeout,
    clusters: `{ ${names.map((name) => `${name}: { wave: rest }`).join(', ')} }`,
    files: Object.fromEntries(names.map((name) => [`config/${name}.yaml`, entry])),
  })
  const verified = await world.head()
  const path = await programsFor(world.dir, major)
  const places: Place[] = []
  let pushed: Promise<unknown> = Promise.resolve()
  return {
    async place(name) {
      const place = await startPlace(world, { name, major, path, verified })
      places.push(place)
      await place.upgrade(verified)
      await remember(place, world, verified)
      return place
    },
    change(name, values) {
      // One after the other: a push is refused where another one came first.
      const commit = pushed.then(() => world.push({ [`config/${name}.yaml`]: `${entry}hub: { ${values} }\n` }))
      pushed = commit
      return commit
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(places.map((place) => place[Symbol.asyncDispose]()))
      await world[Symbol.asyncDispose]()
    },
  }
}

async function remember(place: Place, world: DeployWorld, commit: string): Promise<void> {
  const identity = await readIdentity(place.kubeconfig, place.tool, place.name)
  await world.recordSuccess(place.name, commit, {
    releases: [released({ namespace: place.name, revision: 1, identity })],
  })
  await writeVerified(place.tool, {
    ...{ schema: 1, cluster: place.name, release: 'meta', namespace: place.name, revision: 1, commit },
    ...{ inputDigest: 'as it was', components: {}, run: '1/1', at: new Date().toISOString() },
  })
}

const policyName = 'nothing-forbidden'

/** From when it returns, the API server refuses what says `forbidden: "true"` of itself. */
export async function forbidByPolicy(kubectl: (args: string[], input?: string) => Promise<string>): Promise<void> {
  const items = [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: policyName },
      spec: {
        matchConstraints: {
          resourceRules: [
            {
              ...{ apiGroups: ['', 'apps'], apiVersions: ['*'], resources: ['pods', 'deployments'] },
              operations: ['CREATE', 'UPDATE'],
            },
          ],
        },
        validations: [
          {
            expression:
              "!has(object.metadata.annotations) || object.metadata.annotations[?'forbidden'] != optional.of('true')",
            message: 'the house rules forbid this',
          },
        ],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: policyName },
      spec: { policyName, validationActions: ['Deny'] },
    },
  ]
  await kubectl(['apply', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  const probe = ['run', 'probe', '--image', 'none', '--annotations', 'forbidden=true', '--dry-run=server']
  let said = ''
  await pollUntil(
    async () => {
      said = await kubectl(probe).catch(String)
      return said.includes('house rules')
    },
    { deadline: 30_000, every: 200 },
  )
  if (!said.includes('house rules')) throw new Error(`The admission policy is not in force: ${said}`)
}

export const allowAgain = (kubectl: (args: string[]) => Promise<string>): Promise<string> =>
  kubectl(['delete', `validatingadmissionpolicybinding/${policyName}`, `validatingadmissionpolicy/${policyName}`])
