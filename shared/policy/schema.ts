import { z } from 'zod'
import * as format from './formats.js'
import { listShape, mapShape, namedShape } from './shapes.js'
import { checkSchema } from './smoke-schema.js'
import { allTiers, allWaves, type VersionSource } from './types.js'
import { defaultTemplates } from './version-template.js'

const perTier = <T extends z.ZodType>(item: T) =>
  mapShape({
    T0: item.optional().describe('For changes of tier T0, minimal risk.'),
    T1: item.optional().describe('For changes of tier T1, low risk.'),
    T2: item.optional().describe('For changes of tier T2, medium risk.'),
    T3: item.optional().describe('For changes of tier T3, high risk.'),
  })

const release = mapShape({
  chart: format.filePath
    .optional()
    .describe('Directory of the Helm chart in this repository. Default: the name of this entry.'),
  name: format.nameWithCluster
    .optional()
    .describe("Name of the Helm release; {cluster} is the cluster's name. Default: the name of this entry."),
  namespace: format.nameWithCluster
    .optional()
    .describe("Kubernetes namespace of the release; {cluster} is the cluster's name. Default: the same as `name`."),
  values: listShape(format.clusterGlob)
    .prefault([])
    .describe(
      "Values files, in the order in which Helm gets them; {cluster} is the cluster's name. A plain path must exist when deploying; a glob may match nothing.",
    ),
  'plan-values': listShape(format.clusterGlob)
    .prefault([])
    .describe('Values files that replace the encrypted ones when planning, because the plan job cannot decrypt them.'),
  timeout: format.durationFormat.prefault('10m').describe('How long Helm waits for the release to become healthy.'),
  crds: format
    .wordFormat(['skip', 'create', 'replace'])
    .prefault('skip')
    .describe(
      'What a deploy does with the CRDs in the chart: `skip` them, `create` the missing ones, or `replace` all of them.',
    ),
  'migration-markers': listShape(format.valuesPath)
    .prefault([])
    .describe(
      'Paths in the merged values, such as app.schemaVersion, that change only when a database is migrated. Lockstep does not roll back such a change by itself.',
    ),
})

const cluster = mapShape({
  wave: format
    .wordFormat(allWaves)
    .describe('The wave in which the cluster is deployed: staging first, then canary, primary, rest.'),
  optional: format.flagFormat
    .prefault(false)
    .describe('Whether a failure of this cluster is only reported and does not block other clusters.'),
  host: format.hostName
    .optional()
    .describe('Public host name of the cluster. Replaces the top-level `host` for this cluster.'),
})

const component = mapShape({
  upstream: format.repositoryFormat.describe('The repository whose merges are deployed, as owner/name.'),
  chart: format
    .fileTargets('DEPENDENCY')
    .optional()
    .describe(
      'The chart dependency whose version a bump changes: FILE#DEPENDENCY, such as mybinder/Chart.yaml#binderhub, or a list of them. Use the alias of a dependency that has one. A bump also updates the Chart.lock next to the file. {cluster} in the file means one target for each cluster.',
    ),
  image: format
    .fileTargets('PATH')
    .optional()
    .describe(
      'The image whose version a bump changes: FILE#PATH, such as mybinder/values.yaml#builder.image, or a list of them. The value is an image reference, a tag or a digest; a bump also updates a digest or tag next to it. {cluster} in the file means one target for each cluster.',
    ),
  value: format
    .fileTargets('PATH')
    .optional()
    .describe(
      'Values that contain only the version, and that a bump changes together with the chart or image: FILE#PATH, or a list of them. {cluster} in the file means one target for each cluster.',
    ),
  version: listShape(format.versionTemplate)
    .min(1, { error: 'a list of at least one version template' })
    .prefault([...defaultTemplates])
    .describe(
      "Templates of published versions, which tell the upstream commit of a version: {commit} is 7 to 40 hex digits, {tag} a git tag without its 'v', {n} a number, {any} any text. Default: all formats of chartpress and `git describe`, and tags.",
    ),
  paths: listShape(format.globFormat)
    .min(1, { error: 'a list of at least one glob' })
    .prefault(['**'])
    .describe('Globs of the upstream files whose change publishes a new version. Default: all files.'),
  'version-endpoint': mapShape({
    url: format.serviceUrl.describe(
      'URL of the running service that returns its version: a path on the host of the cluster, or a URL with {host}.',
    ),
    path: format.valuesPath.optional().describe('Path of the version in the JSON response.'),
    header: format.headerName.optional().describe('Response header that contains the version, instead of `path`.'),
  })
    .check(({ value, issues }) => {
      if (issues.length > 0 || (value.path === undefined) !== (value.header === undefined)) return
      const message = value.path ? 'has both "path" and "header"' : 'does not say where the version is'
      const fix = value.path ? 'Remove one of them.' : 'Add "path: where.in.the.JSON" or "header: its-name".'
      issues.push({ code: 'custom', input: value, message, params: { fix } })
    })
    .transform(
      ({ url, path, header }): VersionSource => (header === undefined ? { url, path: path ?? [] } : { url, header }),
    )
    .optional()
    .describe(
      'Where a running cluster shows the version of this component that it serves. The smoke test compares it with the deployed version.',
    ),
  wait: format.durationFormat
    .prefault('20m')
    .describe('How long to wait for the version of a merged commit to be published.'),
  reviewers: listShape(
    z.union([format.teamFormat, format.loginFormat], { error: 'a GitHub login, or a team as "@org/team"' }),
  )
    .prefault([])
    .describe(
      'Reviewers to request for every bump, although a pure bump needs no review: logins, or teams as "@org/team".',
    ),
  checks: listShape(z.string().min(1, { error: 'the name of a check upstream; "*" is any text' }))
    .optional()
    .describe(
      'Names of the upstream CI checks that must be green, or the bump needs a review; `*` matches any text. If the upstream repository has no CI checks, set an empty list. Default: all checks of the commit, and at least one.',
    ),
  'stale-after': format.countFormat
    .prefault(5)
    .describe('Number of merges without a published version after which an issue is opened.'),
  revert: format
    .wordFormat(['issue', 'pr'])
    .prefault('issue')
    .describe(
      'How Lockstep requests a revert upstream: `issue` opens an issue; `pr` also starts an upstream workflow that opens the pull request.',
    ),
}).check(({ value, issues }) => {
  // Errors of single keys are reported first.
  if (issues.length > 0) return
  if ((value.chart === undefined) !== (value.image === undefined)) return
  const message = value.chart
    ? 'has both "chart" and "image": a bump can change only one of them'
    : `has neither "chart" nor "image": ${value.value ? 'Lockstep cannot find its versions' : 'there is nothing to bump'}`
  const fix = value.chart ? 'Split it into two components.' : 'Add "chart: FILE#DEPENDENCY" or "image: FILE#PATH".'
  issues.push({ code: 'custom', input: value, message, params: { fix } })
})

const kind = mapShape({
  charts: listShape(z.string({ error: 'the name of a chart' }))
    .prefault([])
    .describe('Chart dependencies. A new version of one is a change of this class.'),
  files: listShape(format.globFormat)
    .prefault([])
    .describe('Globs of files. A change of one is a change of this class.'),
  values: listShape(format.valuesPath)
    .prefault([])
    .describe('Paths in the values. A change of one is a change of this class.'),
  tier: format
    .wordFormat(allTiers)
    .optional()
    .describe(
      'Tier of the class: T0 minimal, T1 low, T2 medium, T3 high risk. Default: T2; T0 for the class `content`, no review for `docs`.',
    ),
})

const window = mapShape({
  days: format.daysFormat
    .prefault('mon-sun')
    .describe('Days on which changes of this tier may be deployed, such as mon-thu.'),
  holidays: format.filePath
    .optional()
    .describe('File with one date (YYYY-MM-DD) per line, on which no change of this tier is deployed.'),
})

const app = mapShape({
  id: format.countFormat.describe("The App ID, from the App's settings page."),
  bot: format.countFormat.describe(
    "User id of the App's bot, as the doctor prints it: `gh api 'users/SLUG[bot]' --jq .id`. It is not the App ID.",
  ),
})

/** The policy file as people write it; parsing fills in the defaults. The descriptions are what editors show. */
export const policySchema = mapShape({
  version: z.literal(1, { error: '1' }).describe('Version of this format.'),
  operators: z
    .union([format.teamFormat, listShape(format.loginFormat).min(1)], {
      error: 'a team as "@org/team", or a list of GitHub logins',
    })
    .describe(
      'Who may approve infrastructure changes and use the emergency commands: a team as "@org/team", or a list of logins.',
    ),
  apps: mapShape({
    gate: app.describe('The App that reports the gate and writes the deployment records.'),
    bump: app.describe('The App that opens the pull requests of bumps.'),
  }).describe('The two GitHub Apps, identified by numbers because names can be reused.'),
  timezone: format.timezoneFormat.prefault('Etc/UTC').describe('Time zone of windows and reports.'),
  releases: namedShape(format.kubernetesName, release)
    .refine((all) => Object.keys(all).length > 0, { error: 'a map with at least one release' })
    .describe('The Helm releases that are deployed to every cluster, in this order.'),
  host: format.valuesPath
    .optional()
    .describe("Path in a cluster's merged values of its public host name, such as ingress.hosts.0."),
  clusters: namedShape(format.kubernetesName, cluster)
    .refine((all) => Object.keys(all).length > 0, { error: 'a map with at least one cluster' })
    .describe('The clusters, in wave order. Each needs a GitHub environment with the same name.'),
  components: namedShape(format.nameExcept('all', 'every component'), component)
    .prefault({})
    .describe('The components, each with its upstream repository and the places that contain its version.'),
  merge: mapShape({
    bump: format
      .wordFormat(['person', 'command', 'auto'])
      .prefault('person')
      .describe(
        'Who merges a green bump: a `person`, the App after the `command` /merge, or the App at once (`auto`).',
      ),
    revert: format
      .wordFormat(['auto', 'person'])
      .prefault('auto')
      .describe('Who merges the revert after a failed deploy: the App (`auto`) or a `person`.'),
  })
    .prefault({})
    .describe('Who merges bumps and reverts.'),
  'deploy-queue': mapShape({
    'max-undeployed': format.countFormat
      .prefault(1)
      .describe(
        'How many merged changes may be not yet verified, including the pull request that is about to be merged.',
      ),
    remind: format.durationFormat
      .prefault('15m')
      .describe('When the person on duty is reminded of an undeployed change.'),
    escalate: format.durationFormat
      .prefault('60m')
      .describe('When the operators are notified of an undeployed change. Not shorter than `remind`.'),
    exceptions: listShape(z.string().min(1, { error: 'a label' }))
      .prefault(['deploy-queue-skip'])
      .describe(
        'Labels of upstream pull requests that may be merged while the deploy queue is blocked. Everybody who may set a label can use them.',
      ),
    window: mapShape({
      days: format.daysFormat.prefault('mon-sun').describe('Days on which the App may merge bumps, such as mon-fri.'),
      hours: format.hoursFormat.optional().describe('Hours of those days, such as "09:00-17:00". Default: all.'),
    })
      .optional()
      .describe(
        'Merge window: when the App may merge bumps ("merge.bump: command" or "auto"), for times at which somebody can watch the deploy. The status "lockstep / queue" shows when it closes. Default: always.',
      ),
  })
    .prefault({})
    .describe('Limits how many merged changes may wait for their deploy.'),
  'smoke-tests': listShape(checkSchema)
    .prefault([])
    .describe('The checks of the smoke test, which prove that a deployed version serves users.'),
  'deploy-windows': perTier(window)
    .prefault({})
    .describe(
      'Deploy windows: when changes of a tier may be deployed. Default: T3 from Monday to Thursday, other tiers always.',
    ),
  soak: perTier(format.durationFormat)
    .prefault({})
    .describe('How long the smoke test is repeated after a deploy. Default: T2 60m, T3 24h.'),
  'change-classes': namedShape(format.componentName, kind)
    .prefault({})
    .describe('Classes of infrastructure changes. Write only what differs from the built-in classes.'),
  runbook: format.pageUrl
    .optional()
    .describe('URL of a page for operators, shown when Lockstep cannot roll back by itself.'),
})

export type PolicyFile = z.output<typeof policySchema>
