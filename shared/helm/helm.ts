import { z } from 'zod'
import type { Exec, ExecOutput } from '../exec/exec.js'
import { UserError } from '../foundation/errors.js'
import { kubeError } from '../kube/kubectl.js'
import { mayCarryCrds } from './may-carry-crds.js'

const revisionSchema = z.object({
  revision: z.number(),
  status: z.string(),
  description: z.string().default(''),
  /** When it was made, in Helm's own writing of time. */
  updated: z.string().optional(),
})
const metadataSchema = z.object({
  chart: z.string(),
  version: z.string(),
  dependencies: z.array(z.object({ name: z.string(), version: z.string(), alias: z.string().optional() })).default([]),
})

export type Revision = z.infer<typeof revisionSchema>
export type InstalledChart = z.infer<typeof metadataSchema>

export interface Upgrade {
  release: string
  /** Directory or archive. */
  chart: string
  /** Files, in Helm's order. */
  values: string[]
  /** Milliseconds, for the whole upgrade. */
  timeout: number
  description: string
}

/** Helm for one cluster and namespace; 3 and 4 differ in words, and here is the only place that knows. */
export interface Helm {
  /** The newest revision, whatever its status; undefined where there is no such release. */
  latest(release: string): Promise<Revision | undefined>
  /** Every revision that Helm remembers, oldest first; none where there is no such release. */
  history(release: string): Promise<Revision[]>
  installedChart(release: string): Promise<InstalledChart>
  /** Values of a revision, the newest if none is named: as they were given, or (`all`) merged over the chart's own. They hold secrets: never for logs. */
  values(release: string, all: boolean, revision?: number): Promise<unknown>
  /** What a revision consists of, as YAML documents, without hooks. It holds secrets. */
  manifest(release: string, revision: number): Promise<string>
  /** Whether there are CRDs in `crds/` of a chart (a directory) or of anything it depends on. */
  carriesCrds(chart: string): Promise<boolean>
  /** The CRDs in `crds/` of a chart and of the dependencies that these values turn on, as YAML documents. */
  crds(chart: string, values: string[]): Promise<string>
  /** What a chart would make of an upgrade, as YAML documents. It holds secrets. */
  render(release: string, chart: string, values: string[]): Promise<string>
  /** Upgrades or installs, and waits, for jobs as well; leaves CRDs alone. Never rolls back by itself: that would delete the evidence. */
  upgrade(upgrade: Upgrade): Promise<ExecOutput>
  /** Makes a new revision of an old one, and waits, for jobs as well. Also frees a release that is `pending-*`. Timeout in milliseconds. */
  rollback(release: string, revision: number, timeout: number): Promise<ExecOutput>
  /** The same, without waiting for anything to become healthy. */
  rollbackAtOnce(release: string, revision: number): Promise<ExecOutput>
}

/** The major version of the `helm` on the PATH. @throws UserError `tool-missing` */
export async function helmVersion(exec: Exec): Promise<3 | 4> {
  const { stdout, stderr } = await exec('helm', ['version', '--template', '{{.Version}}'])
  const major = Number(/^v(\d+)\./.exec(stdout.trim())?.[1])
  if (major === 3 || major === 4) return major
  throw new UserError(
    'tool-missing',
    `This Helm is neither version 3 nor 4: ${(stdout || stderr).trim().slice(0, 100)}`,
    {
      fix: 'Install Helm 3 or 4 in a step before this one (azure/setup-helm).',
    },
  )
}

export function helmFor(exec: Exec, kubeconfig: string, namespace: string): Helm {
  const run = (args: string[]): Promise<ExecOutput> =>
    exec('helm', [...args, '--namespace', namespace], { env: { KUBECONFIG: kubeconfig } })
  const read = async <T>(what: string, args: string[], schema: z.ZodType<T>): Promise<T> => {
    const { code, stdout, stderr } = await run([...args, '--output', 'json'])
    if (code !== 0) throw kubeError(`read ${what}`, stderr)
    return schema.parse(JSON.parse(stdout))
  }
  const history = async (release: string, max: number): Promise<Revision[]> => {
    const { code, stdout, stderr } = await run(['history', release, '--max', String(max), '--output', 'json'])
    if (code !== 0 && /not found/i.test(stderr)) return []
    if (code !== 0) throw kubeError(`read the history of release "${release}"`, stderr)
    return z.array(revisionSchema).parse(JSON.parse(stdout))
  }
  return {
    latest: async (release) => (await history(release, 1)).at(-1),
    history: (release) => history(release, 256),
    installedChart: (release) =>
      read(`the chart of release "${release}"`, ['get', 'metadata', release], metadataSchema),
    values: (release, all, revision) =>
      read(
        `the values of release "${release}"`,
        [
          ...['get', 'values', release, ...(all ? ['--all'] : [])],
          ...(revision === undefined ? [] : ['--revision', String(revision)]),
        ],
        z.unknown(),
      ),
    async manifest(release, revision) {
      const { code, stdout, stderr } = await run(['get', 'manifest', release, '--revision', String(revision)])
      if (code !== 0) throw kubeError(`read revision ${revision} of release "${release}"`, stderr)
      return stdout
    },
    async carriesCrds(chart) {
      if (!(await mayCarryCrds(chart))) return false
      const { code, stdout, stderr } = await run(['show', 'crds', chart])
      if (code !== 0) throw kubeError('read the CRDs of the chart', stderr)
      return stdout.trim() !== ''
    },
    async crds(chart, values) {
      // Not from `show crds`: Helm 3 puts nothing between two files there, so that only the last would be read.
      const { code, stdout, stderr } = await run([
        'template',
        'crds',
        chart,
        '--include-crds',
        ...valuesArguments(values),
      ])
      if (code !== 0) throw kubeError('read the CRDs of the chart', stderr)
      return stdout
        .split(/^---\n(?=# Source: )/m)
        .filter((section) => /^# Source: \S*\/crds\//.test(section))
        .join('---\n')
    },
    async render(release, chart, values) {
      const args = ['template', release, chart, ...valuesArguments(values), '--is-upgrade', '--skip-tests']
      const { code, stdout, stderr } = await run(args)
      if (code !== 0) throw kubeError('render the chart', stderr)
      return stdout
    },
    upgrade: (upgrade) => run(upgradeArguments(upgrade)),
    rollback: (release, revision, timeout) => run(['rollback', release, String(revision), ...waitArguments(timeout)]),
    rollbackAtOnce: (release, revision) => run(['rollback', release, String(revision)]),
  }
}

/**
 * The revision that Helm says it has deployed, in what it prints after an upgrade. The chart's notes, which may hold anything,
 * come last.
 */
export function deployedRevision(said: string): number | undefined {
  const [status = ''] = said.split(/^NOTES:$/m, 1)
  const revision = /^REVISION: (\d+)$/m.exec(status)?.[1]
  return revision !== undefined && /^STATUS: deployed$/m.test(status) ? Number(revision) : undefined
}

/** Helm 3 and 4 both know these words; `--atomic` (3) and `--rollback-on-failure` (4) are left out on purpose. */
export function upgradeArguments({ release, chart, values, timeout, description }: Upgrade): string[] {
  return [
    'upgrade',
    '--install',
    release,
    chart,
    ...valuesArguments(values),
    ...waitArguments(timeout),
    '--description',
    description,
    '--skip-crds',
  ]
}

/** @param timeout in milliseconds */
const waitArguments = (timeout: number): string[] => [
  '--wait',
  '--wait-for-jobs',
  '--timeout',
  `${Math.ceil(timeout / 1000)}s`,
]

/** The manifests of a chart, rendered without any cluster. */
export const renderArguments = (release: string, namespace: string, chart: string, values: string[]): string[] => [
  'template',
  release,
  chart,
  '--namespace',
  namespace,
  ...valuesArguments(values),
]

const valuesArguments = (values: string[]): string[] => values.flatMap((file) => ['--values', file])
