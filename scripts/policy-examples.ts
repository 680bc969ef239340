/**
 * An example for a key of the policy. `yaml` is a line of the map that has the key, as the page shows it. `beside` are the
 * keys that this one needs next to it, for the test only.
 */
export interface PolicyExample {
  yaml: string
  beside?: string
}

const hub = 'upstream: jupyterhub/binderhub\nchart: mybinder/Chart.yaml#binderhub'
const upstream = 'upstream: jupyterhub/repo2docker'
const app = 'id: 123456\nbot: 90123456'
const http = 'http: "https://{host}/health"'
const kubernetes = 'kubernetes: [restarts, warnings]'
const prometheus = 'prometheus: "sum(rate(errors_total[5m]))"\nurl: "https://prometheus.{host}"'
const jupyterhub = 'jupyterhub: "https://{host}"\nuser: smoke-test\ntoken: "{secrets.HUB_TOKEN}"'
const launch = 'binder-launch: binder-examples/requirements\nref: HEAD'

/**
 * One example for every key. `NAME` in a path is a name that the policy chooses, `TIER` is T0 to T3, `[]` an item of a list.
 * Not part of any action: only the generated page and its test read it.
 */
export const policyExamples: Record<string, PolicyExample> = {
  version: { yaml: 'version: 1' },
  operators: { yaml: 'operators: "@jupyterhub/mybinder-ops"' },
  apps: { yaml: 'apps: { gate: { id: 123456, bot: 90123456 }, bump: { id: 123457, bot: 90123457 } }' },
  'apps.gate': { yaml: 'gate: { id: 123456, bot: 90123456 }' },
  'apps.gate.id': { yaml: 'id: 123456', beside: app },
  'apps.gate.bot': { yaml: 'bot: 90123456', beside: app },
  'apps.bump': { yaml: 'bump: { id: 123457, bot: 90123457 }' },
  'apps.bump.id': { yaml: 'id: 123457', beside: app },
  'apps.bump.bot': { yaml: 'bot: 90123457', beside: app },
  timezone: { yaml: 'timezone: Europe/Berlin' },

  releases: { yaml: 'releases: { mybinder: { values: ["config/{cluster}.yaml"] } }' },
  'releases.NAME.chart': { yaml: 'chart: charts/mybinder' },
  'releases.NAME.name': { yaml: 'name: "{cluster}"' },
  'releases.NAME.namespace': { yaml: 'namespace: "{cluster}"' },
  'releases.NAME.values': { yaml: 'values: ["config/common/*.yaml", "config/{cluster}.yaml"]' },
  'releases.NAME.plan-values': { yaml: 'plan-values: [config/test-secrets.yaml]' },
  'releases.NAME.timeout': { yaml: 'timeout: 15m' },
  'releases.NAME.crds': { yaml: 'crds: create' },
  'releases.NAME.migration-markers': { yaml: 'migration-markers: [app.schemaVersion]' },

  host: { yaml: 'host: binderhub.ingress.hosts.0' },
  clusters: { yaml: 'clusters: { staging: { wave: staging }, prod: { wave: primary } }' },
  'clusters.NAME.wave': { yaml: 'wave: canary' },
  'clusters.NAME.optional': { yaml: 'optional: true', beside: 'wave: rest' },
  'clusters.NAME.host': { yaml: 'host: mybinder.org', beside: 'wave: primary' },

  components: {
    yaml: 'components: { binderhub: { upstream: jupyterhub/binderhub, chart: "mybinder/Chart.yaml#binderhub" } }',
  },
  'components.NAME.upstream': { yaml: 'upstream: jupyterhub/binderhub', beside: hub },
  'components.NAME.chart': { yaml: 'chart: mybinder/Chart.yaml#binderhub', beside: upstream },
  'components.NAME.image': { yaml: 'image: mybinder/values.yaml#builder.image', beside: upstream },
  'components.NAME.value': { yaml: 'value: "config/{cluster}.yaml#binderhub.version"', beside: hub },
  'components.NAME.version': { yaml: 'version: ["1.0.0-0.dev.git.{n}.h{commit}"]', beside: hub },
  'components.NAME.paths': { yaml: 'paths: ["helm-chart/**", "binderhub/**"]', beside: hub },
  'components.NAME.version-endpoint': { yaml: 'version-endpoint: { url: /versions, path: binderhub }', beside: hub },
  'components.NAME.version-endpoint.url': { yaml: 'url: /versions', beside: 'path: binderhub' },
  'components.NAME.version-endpoint.path': { yaml: 'path: builder.version', beside: 'url: /versions' },
  'components.NAME.version-endpoint.header': { yaml: 'header: X-App-Version', beside: 'url: /' },
  'components.NAME.wait': { yaml: 'wait: 30m', beside: hub },
  'components.NAME.reviewers': { yaml: 'reviewers: [ada, "@jupyterhub/mybinder-ops"]', beside: hub },
  'components.NAME.checks': { yaml: 'checks: ["test / *", lint]', beside: hub },
  'components.NAME.stale-after': { yaml: 'stale-after: 10', beside: hub },
  'components.NAME.revert': { yaml: 'revert: pr', beside: hub },

  merge: { yaml: 'merge: { bump: command, revert: auto }' },
  'merge.bump': { yaml: 'bump: command' },
  'merge.revert': { yaml: 'revert: person' },

  'deploy-queue': { yaml: 'deploy-queue: { max-undeployed: 1, remind: 15m, escalate: 60m }' },
  'deploy-queue.max-undeployed': { yaml: 'max-undeployed: 2' },
  'deploy-queue.remind': { yaml: 'remind: 20m' },
  'deploy-queue.escalate': { yaml: 'escalate: 2h' },
  'deploy-queue.exceptions': { yaml: 'exceptions: [deploy-queue-skip, docs]' },
  'deploy-queue.window': { yaml: 'window: { days: mon-fri, hours: "09:00-17:00" }' },
  'deploy-queue.window.days': { yaml: 'days: mon-fri' },
  'deploy-queue.window.hours': { yaml: 'hours: "09:00-17:00"' },

  'smoke-tests': { yaml: 'smoke-tests: [{ http: "https://hub.example/health" }, { kubernetes: [workloads] }]' },
  'smoke-tests.[].name': { yaml: 'name: health page', beside: http },
  'smoke-tests.[].timeout': { yaml: 'timeout: 2m', beside: http },
  'smoke-tests.[].failure-threshold': { yaml: 'failure-threshold: 5', beside: http },
  'smoke-tests.[].success-threshold': { yaml: 'success-threshold: 3', beside: http },
  'smoke-tests.[].when': { yaml: 'when: binderhubEnabled', beside: http },
  'smoke-tests.[].http': { yaml: 'http: "https://{host}/health"' },
  'smoke-tests.[].method': { yaml: 'method: HEAD', beside: http },
  'smoke-tests.[].request': { yaml: 'request: { headers: { Accept: application/json } }', beside: http },
  'smoke-tests.[].request.headers': { yaml: 'headers: { Authorization: "token {secrets.API_TOKEN}" }' },
  'smoke-tests.[].request.body': { yaml: `body: '{"ping": true}'` },
  'smoke-tests.[].status': { yaml: 'status: 404', beside: http },
  'smoke-tests.[].body': { yaml: 'body: "Turn a Git repo"', beside: http },
  'smoke-tests.[].json': { yaml: 'json: { checks.0.ok: true }', beside: http },
  'smoke-tests.[].headers': { yaml: 'headers: { content-type: "^text/html" }', beside: http },
  'smoke-tests.[].redirects': { yaml: 'redirects: 3', beside: http },
  'smoke-tests.[].certificate': { yaml: 'certificate: { days: 14, names: [www.mybinder.org] }', beside: http },
  'smoke-tests.[].certificate.days': { yaml: 'days: 14' },
  'smoke-tests.[].certificate.names': { yaml: 'names: [www.mybinder.org]' },
  'smoke-tests.[].port-forward': { yaml: 'port-forward: service/proxy-public:80', beside: http },
  'smoke-tests.[].kubernetes': { yaml: 'kubernetes: [workloads, restarts, warnings]' },
  'smoke-tests.[].max-restarts': { yaml: 'max-restarts: 1', beside: kubernetes },
  'smoke-tests.[].max-warnings': { yaml: 'max-warnings: 5', beside: kubernetes },
  'smoke-tests.[].ignore': { yaml: 'ignore: [Unhealthy]', beside: kubernetes },
  'smoke-tests.[].prometheus': {
    yaml: 'prometheus: "sum(rate(errors_total[5m]))"',
    beside: 'url: "https://prometheus.{host}"\nmax: 1',
  },
  'smoke-tests.[].url': {
    yaml: 'url: "https://prometheus.{host}"',
    beside: 'prometheus: "sum(rate(errors_total[5m]))"\nmax: 1',
  },
  'smoke-tests.[].min': { yaml: 'min: 1', beside: prometheus },
  'smoke-tests.[].max': { yaml: 'max: 0.5', beside: prometheus },
  'smoke-tests.[].min-ratio': { yaml: 'min-ratio: 0.8', beside: prometheus },
  'smoke-tests.[].max-ratio': { yaml: 'max-ratio: 1.5', beside: prometheus },
  'smoke-tests.[].command': { yaml: 'command: [node, smoke/login.js]' },
  'smoke-tests.[].env': {
    yaml: 'env: { HUB_TOKEN: "{secrets.HUB_TOKEN}" }',
    beside: 'command: [node, smoke/login.js]',
  },
  'smoke-tests.[].jupyterhub': {
    yaml: 'jupyterhub: "https://{host}"',
    beside: 'user: smoke-test\ntoken: "{secrets.HUB_TOKEN}"',
  },
  'smoke-tests.[].user': { yaml: 'user: smoke-test', beside: jupyterhub },
  'smoke-tests.[].server': { yaml: 'server: smoke', beside: jupyterhub },
  'smoke-tests.[].version': { yaml: 'version: 5.2.1', beside: jupyterhub },
  'smoke-tests.[].binder-launch': { yaml: 'binder-launch: binder-examples/requirements', beside: 'ref: HEAD' },
  'smoke-tests.[].binder-build': {
    yaml: 'binder-build: mybinder/smoke-test',
    beside: 'token: "{secrets.BUILD_REPO_TOKEN}"',
  },
  'smoke-tests.[].ref': { yaml: 'ref: 50533eb', beside: launch },
  'smoke-tests.[].provider': { yaml: 'provider: gl', beside: launch },
  'smoke-tests.[].token': { yaml: 'token: "{secrets.HUB_TOKEN}"', beside: jupyterhub },
  'smoke-tests.[].build-token': { yaml: 'build-token: "{secrets.BUILD_TOKEN}"', beside: launch },
  'smoke-tests.[].code': { yaml: 'code: import numpy; print(numpy.sum([1, 2]))', beside: launch },
  'smoke-tests.[].output': { yaml: 'output: "^3"', beside: `${launch}\ncode: print(1 + 2)` },

  'deploy-windows': { yaml: 'deploy-windows: { T2: { days: mon-thu }, T3: { days: mon-wed } }' },
  'deploy-windows.TIER': { yaml: 'T3: { days: mon-thu, holidays: config/holidays.txt }' },
  'deploy-windows.TIER.days': { yaml: 'days: mon-thu' },
  'deploy-windows.TIER.holidays': { yaml: 'holidays: config/holidays.txt' },

  soak: { yaml: 'soak: { T1: 10m, T2: 60m, T3: 24h }' },
  'soak.TIER': { yaml: 'T2: 30m' },

  'change-classes': { yaml: 'change-classes: { content: { values: [binderhub.banner], tier: T0 } }' },
  'change-classes.NAME.charts': { yaml: 'charts: [traefik]' },
  'change-classes.NAME.files': { yaml: 'files: ["monitoring/**"]' },
  'change-classes.NAME.values': { yaml: 'values: [binderhub.config.BinderHub.banner_message]' },
  'change-classes.NAME.tier': { yaml: 'tier: T1' },

  runbook: { yaml: 'runbook: https://mybinder-sre.readthedocs.io/en/latest/incident-reports/' },
}
