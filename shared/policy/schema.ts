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
    .describe("Helm's name of the release; {cluster} is the cluster's name. Default: the name of this entry."),
  namespace: format.nameWithCluster
    .optional()
    .describe("Kubernetes namespace; {cluster} is the cluster's name. Default: the same as `name`."),
  values: listShape(format.clusterGlob)
    .prefault([])
    .describe(
      'Values files in the order Helm gets them. A plain path must exist when deploying, a glob may match nothing.',
    ),
  'plan-values': listShape(format.clusterGlob)
    .prefault([])
    .describe('Values files that stand in for encrypted ones when planning.'),
  timeout: format.durationFormat.prefault('10m').describe('How long Helm waits until the release is healthy.'),
  crds: format
    .wordFormat(['skip', 'create', 'replace'])
    .prefault('skip')
    .describe('What a deploy does with the CRDs in the chart: nothing, create the missing ones, or replace them all.'),
  'migration-markers': listShape(format.valuesPath)
    .prefault([])
    .describe(
      'Paths in the merged values, such as app.schemaVersion, that change only where a database is migrated. Over such a change rollback does not go back by itself.',
    ),
})

const cluster = mapShape({
  wave: format.wordFormat(allWaves).describe('The wave it is deployed in: staging first, then canary, primary, rest.'),
  optional: format.flagFormat.prefault(false).describe('Its failure is reported, and blocks nobody.'),
  host: format.hostName.optional().describe('Its public host name, where its values do not name it.'),
})

const component = mapShape({
  upstream: format.repositoryFormat.describe('The repository whose merges are deployed, as owner/name.'),
  chart: format
    .fileTargets('DEPENDENCY')
    .optional()
    .describe(
      'What a bump changes, for a chart: FILE#DEPENDENCY, such as mybinder/Chart.yaml#binderhub, or a list of them. A dependency with an alias goes by it; a Chart.lock beside the file is kept in step. {cluster} in the file makes one for each cluster.',
    ),
  image: format
    .fileTargets('PATH')
    .optional()
    .describe(
      'What a bump changes, for an image: FILE#PATH, such as mybinder/values.yaml#builder.image, or a list of them. The value there is a whole image reference, a tag or a digest; a digest or tag beside it moves along. {cluster} in the file makes one for each cluster.',
    ),
  value: format
    .fileTargets('PATH')
    .optional()
    .describe(
      'Values that hold the version and nothing else, and move with the chart or the image: FILE#PATH, or a list of them. {cluster} in the file makes one for each cluster.',
    ),
  version: listShape(format.versionTemplate)
    .min(1, { error: 'a list of at least one version template' })
    .prefault([...defaultTemplates])
    .describe(
      "How a version names its upstream commit: {commit} is 7 to 40 hex digits, {tag} a git tag without its 'v', {n} a number, {any} any text. Default: everything that chartpress and `git describe` write, and tags.",
    ),
  paths: listShape(format.globFormat)
    .min(1, { error: 'a list of at least one glob' })
    .prefault(['**'])
    .describe('Globs of the upstream files that make a new version. Default: every file.'),
  'version-endpoint': mapShape({
    url: format.serviceUrl.describe('A page of the running service: a path, or a URL with {host}.'),
    path: format.valuesPath.optional().describe('Where in that page, read as JSON, the version is.'),
    header: format.headerName
      .optional()
      .describe('The header of its answer that tells the version, instead of `path`.'),
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
    .describe('Where a running cluster tells which version of this component it serves.'),
  wait: format.durationFormat.prefault('20m').describe('How long a version is waited for after its commit was merged.'),
  reviewers: listShape(
    z.union([format.teamFormat, format.loginFormat], { error: 'a GitHub login, or a team as "@org/team"' }),
  )
    .prefault([])
    .describe(
      'Who is asked for a review of every bump, although a pure one needs none: logins, or teams as "@org/team".',
    ),
  checks: listShape(z.string().min(1, { error: 'the name of a check upstream; "*" is any text' }))
    .optional()
    .describe(
      'Upstream checks that have to be green before a bump needs no review, by name; `*` is any text, and an empty list asks for none. Default: all that there are, and at least one.',
    ),
  'stale-after': format.countFormat
    .prefault(5)
    .describe('After how many merges without a published version an alarm is raised.'),
  revert: format
    .wordFormat(['issue', 'pr'])
    .prefault('issue')
    .describe('How a revert is asked for upstream: an issue, or a pull request that an upstream workflow opens.'),
}).check(({ value, issues }) => {
  // A key that is wrong or misspelt is said first.
  if (issues.length > 0) return
  if ((value.chart === undefined) !== (value.image === undefined)) return
  const message = value.chart
    ? 'has both "chart" and "image": a bump changes one of them'
    : `has neither "chart" nor "image": ${value.value ? 'nothing says where its versions come from' : 'nothing to bump'}`
  const fix = value.chart ? 'Make two components of it.' : 'Add "chart: FILE#DEPENDENCY" or "image: FILE#PATH".'
  issues.push({ code: 'custom', input: value, message, params: { fix } })
})

const kind = mapShape({
  charts: listShape(z.string({ error: 'the name of a chart' }))
    .prefault([])
    .describe('Chart dependencies whose version makes a change of this kind.'),
  files: listShape(format.globFormat).prefault([]).describe('Files that make a change of this kind.'),
  values: listShape(format.valuesPath).prefault([]).describe('Paths in the values that make a change of this kind.'),
  tier: format
    .wordFormat(allTiers)
    .optional()
    .describe('How much review it needs: T0 minimal, T1 low, T2 medium, T3 high risk.'),
})

const window = mapShape({
  days: format.daysFormat.prefault('mon-sun').describe('Days on which it may be deployed, such as mon-thu.'),
  holidays: format.filePath
    .optional()
    .describe('A file with one date (YYYY-MM-DD) a line on which nothing is deployed.'),
})

const app = mapShape({
  id: format.countFormat.describe('The App ID, as its settings show it.'),
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
    bump: app.describe('The App that opens the bump pull requests.'),
  }).describe('The two GitHub Apps. They are known by numbers, which nobody else can have, never by names.'),
  timezone: format.timezoneFormat.prefault('Etc/UTC').describe('For windows and reports.'),
  releases: namedShape(format.kubernetesName, release)
    .refine((all) => Object.keys(all).length > 0, { error: 'a map with at least one release' })
    .describe('The Helm releases that are deployed to every cluster, in this order.'),
  host: format.valuesPath
    .optional()
    .describe("Where a cluster's merged values name its public host, such as ingress.hosts.0."),
  clusters: namedShape(format.kubernetesName, cluster)
    .refine((all) => Object.keys(all).length > 0, { error: 'a map with at least one cluster' })
    .describe('The clusters in wave order. Each has a GitHub environment of its name.'),
  components: namedShape(format.nameExcept('all', 'every component'), component)
    .prefault({})
    .describe('What is bumped when upstream merges.'),
  merge: mapShape({
    bump: format
      .wordFormat(['person', 'command', 'auto'])
      .prefault('person')
      .describe('Who merges a green bump: a person, the App when the merger says /merge, or the App at once.'),
    revert: format
      .wordFormat(['auto', 'person'])
      .prefault('auto')
      .describe('Who merges the revert after a failed deploy.'),
  })
    .prefault({})
    .describe('Who merges.'),
  'deploy-queue': mapShape({
    'max-undeployed': format.countFormat
      .prefault(1)
      .describe('How many changes may be merged and not verified yet, the one about to be merged included.'),
    remind: format.durationFormat
      .prefault('15m')
      .describe('When whoever is on duty is reminded of an undeployed change.'),
    escalate: format.durationFormat.prefault('60m').describe('When the operators are called.'),
    exceptions: listShape(z.string().min(1, { error: 'a label' }))
      .prefault(['deploy-queue-skip'])
      .describe('Labels of upstream pull requests that pass a shut queue; who may label may merge.'),
    window: mapShape({
      days: format.daysFormat.prefault('mon-sun').describe('Days on which the App may merge bumps, such as mon-fri.'),
      hours: format.hoursFormat.optional().describe('Hours of those days, such as "09:00-17:00". Default: all.'),
    })
      .optional()
      .describe(
        'When the App may merge bumps ("merge.bump: command" or "auto"): when there is somebody to see them through. The status "lockstep / queue" says until when. Default: always.',
      ),
  })
    .prefault({})
    .describe('How upstream merges wait for each other.'),
  'smoke-tests': listShape(checkSchema).prefault([]).describe('What proves that a deployed version serves users.'),
  'deploy-windows': perTier(window)
    .prefault({})
    .describe('When a tier may be deployed. Default: T3 from Monday to Thursday, others always.'),
  soak: perTier(format.durationFormat)
    .prefault({})
    .describe('How long somebody watches after a deploy. Default: T2 60m, T3 24h.'),
  'change-classes': namedShape(format.componentName, kind)
    .prefault({})
    .describe('Kinds of infrastructure changes, only what differs from the defaults.'),
  runbook: format.pageUrl
    .optional()
    .describe('A page for operators; shown where something cannot be undone by itself.'),
})

export type PolicyFile = z.output<typeof policySchema>
