import { createHash } from 'node:crypto'
import { cp, readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Exec } from '../exec/exec.js'
import { UserError } from '../foundation/errors.js'
import type { Workspace } from '../foundation/workspace.js'
import type { Release } from '../policy/policy.js'

const chartSchema = z.object({
  dependencies: z
    .array(z.object({ name: z.string(), version: z.string().default(''), repository: z.string().default('') }))
    .nullish(),
})

/** Whether `file` names dependencies of the chart: Helm 2 had a file of their own, which Helm 3 and 4 still read. */
export const isChartSource = (file: string, { chart }: Pick<Release, 'chart'>): boolean =>
  file === `${chart}/Chart.yaml` || file === `${chart}/requirements.yaml`

type Dependency = NonNullable<z.infer<typeof chartSchema>['dependencies']>[number]

/** A chart of the deploy repo, copied elsewhere: the workspace stays as it was. */
export interface ChartCopy {
  /** Where the copies of it and of what lies beside it are. */
  temp: string
  /** The chart's own directory in there. */
  directory: string
  /** Its description in the deploy repo. */
  file: string
  dependencies: Dependency[]
}

/**
 * Copies a chart into `temp` and fetches its dependencies there. Returns the copy's directory.
 *
 * @throws UserError as `copyChart` and `fetchDependencies`.
 */
export const buildChart = async (exec: Exec, workspace: Workspace, chart: string, temp: string): Promise<string> =>
  fetchDependencies(exec, await copyChart(workspace, chart, temp))

/** @throws UserError `target-missing` where there is no such chart. */
export async function copyChart(workspace: Workspace, chart: string, temp: string): Promise<ChartCopy> {
  const file = `${chart}/Chart.yaml`
  const dependencies = await readDependencies(workspace, chart)
  // A dependency beside the chart (file://../x) must lie beside the copy as well.
  const beside = dependencies.flatMap(({ repository }) =>
    repository.startsWith('file://') ? [posix.normalize(posix.join(chart, repository.slice('file://'.length)))] : [],
  )
  for (const directory of new Set([chart, ...beside])) {
    await cp(workspace.locate(directory), join(temp, directory), { recursive: true })
  }
  return { temp, directory: join(temp, chart), file, dependencies }
}

/** Returns the copy's directory. @throws UserError `registry-unreachable` naming dependency and file. */
export async function fetchDependencies(exec: Exec, copy: ChartCopy): Promise<string> {
  const { temp, directory, file, dependencies } = copy
  if (dependencies.length === 0) return directory
  const { code, stdout, stderr } = await exec('helm', ['dependency', 'update', directory])
  if (code === 0) return directory
  const said = (stderr.trim() || stdout.trim()).replaceAll(temp, '').slice(-600)
  const guilty = dependencies.filter(({ repository }) => repository !== '' && said.includes(repository))
  const named = (guilty.length > 0 ? guilty : dependencies).map(({ name, version }) => `${name} ${version}`).join(', ')
  throw new UserError('registry-unreachable', `The dependency ${named} of ${file} cannot be fetched: ${said}`, {
    fix: `Check that its "repository" in ${file} answers and has that version, then re-run the job. Nothing was deployed.`,
    at: { file },
  })
}

/** sha256 (hex) of the archive of a fetched dependency, as the lock file pins it. */
export async function archiveDigest(chartCopy: string, name: string, version: string): Promise<string> {
  const archive = `${name}-${version}.tgz`
  const bytes = await readFile(join(chartCopy, 'charts', archive)).catch(() => undefined)
  if (bytes) return createHash('sha256').update(bytes).digest('hex')
  throw new UserError('target-missing', `Helm did not fetch ${archive}.`, {
    fix: 'Write the exact version of the dependency into Chart.yaml; a range cannot be pinned.',
  })
}

async function readDependencies(workspace: Workspace, chart: string): Promise<Dependency[]> {
  const [main, legacy] = [`${chart}/Chart.yaml`, `${chart}/requirements.yaml`]
  const [text, legacyText] = [await workspace.read(main), await workspace.read(legacy)]
  if (text === undefined) {
    throw new UserError('target-missing', `${main} does not exist: it is the chart of the release.`, {
      fix: 'Correct "chart" of the release in the policy.',
      at: { file: main },
    })
  }
  return [...dependenciesIn(text, main), ...(legacyText === undefined ? [] : dependenciesIn(legacyText, legacy))]
}

function dependenciesIn(text: string, file: string): Dependency[] {
  // Failsafe: a version such as 1.10 is a text here, as it is for Helm.
  const chart = chartSchema.safeParse(parse(text, { schema: 'failsafe' }) ?? {})
  if (chart.success) return chart.data.dependencies ?? []
  const where = chart.error.issues[0]?.path.join('.') ?? ''
  throw new UserError('target-missing', `${file} is not a valid chart description: ${where} is wrong.`, {
    fix: `Correct ${where} in ${file}.`,
    at: { file },
  })
}
