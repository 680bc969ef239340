import type { InputValues } from '../../shared/action/inputs.js'
import type { Runtime } from '../../shared/action/runtime.js'
import { bumpBranch } from '../../shared/bump/branch.js'
import { listVersions } from '../../shared/bump/published.js'
import { versionsByHash, versionsByTag } from '../../shared/bump/published-commits.js'
import { explainError, UserError } from '../../shared/foundation/errors.js'
import type { Reason } from '../../shared/foundation/result.js'
import { defaultBranch } from '../../shared/github/branches.js'
import type { GitHub } from '../../shared/github/client.js'
import { explainGitHub } from '../../shared/github/errors.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import { soundAlarm } from './alarm.js'
import { readDeployRepo } from './deploy-repo.js'
import { compareUpstream, type DeployedVersion, policyOf, readDeployedVersion } from './facts.js'
import type { definition } from './io.js'
import { versionLineOf } from './latest.js'
import { overdueOf } from './stale.js'

type Inputs = InputValues<typeof definition.inputs>
type Done = ActionOutcome<typeof definition.outputs>
type OpenBumpPr = (inputs: Inputs, world: Runtime) => Promise<Done>

/** The input `component` that stands for each of them. */
const everyComponent = 'all'

/** What came of one component. */
interface Report {
  component: string
  operation: string
  reason: Reason
  message: string
  /** It could not be looked at. The alarm is no failure of this run: its issue tells, and a warning. */
  failed: boolean
}

/** Versions whose commit was only a part of a pull request; so many older ones are tried. */
const tries = 3

/** What a scheduled run has to tell about, the most telling first. */
const told = ['created', 'updated', 'closed'] as const

/**
 * Brings every component to the newest version that is published of upstream's default branch, by ancestry. Waits for
 * nothing, is silent where there is nothing to do, and raises the alarm where merges stay without a version. What goes
 * wrong with one component does not keep the others back.
 */
export async function discoverVersions(inputs: Inputs, world: Runtime, openBumpPr: OpenBumpPr): Promise<Done> {
  if (inputs.commit !== '' || inputs.version !== '') {
    throw new UserError(
      'input-invalid',
      '"commit" and "version" apply to one component, but mode `reconcile` handles all.',
      {
        fix: 'Remove them, or use mode `open` with a component.',
      },
    )
  }
  const [github, upstream] = [world.github(inputs.token), world.github(inputs['upstream-token'])]
  const { components } = policyOf(await readDeployRepo(github, inputs['deploy-repo'], bumpBranch(everyComponent)))
  const reports: Report[] = []
  for (const { name } of components) {
    reports.push(await catchUp({ ...inputs, mode: 'open', component: name }, world, github, upstream, openBumpPr))
  }
  return outcome(reports)
}

async function catchUp(
  inputs: Inputs,
  world: Runtime,
  github: GitHub,
  upstream: GitHub,
  openBumpPr: OpenBumpPr,
): Promise<Report> {
  const { component } = inputs
  try {
    const repo = await readDeployRepo(github, inputs['deploy-repo'], bumpBranch(component))
    const deployed = await readDeployedVersion(github, repo, component)
    const { tip } = await defaultBranch(upstream, deployed.component.upstream)
    const { commits, alarm } = await newest(world, github, upstream, deployed, tip)
    for (const commit of commits) {
      const done = await quietly(world, (inside) => openBumpPr({ ...inputs, commit, wait: 0 }, inside))
      if (done) return { ...reportOf(component, done), ...(alarm === undefined ? {} : stale(component, alarm)) }
    }
    const nothing = { component, operation: 'unchanged', failed: false }
    return {
      ...nothing,
      ...(alarm === undefined ? { reason: 'version-not-found', message: '' } : stale(component, alarm)),
    }
  } catch (error) {
    const { reason, message, fix } = explainError(explainGitHub(error) ?? error)
    if (reason === 'internal-error' || world.cancelled.aborted) throw error
    return { component, operation: 'refused', reason, message: `${component}: ${message} ${fix}`, failed: true }
  }
}

const stale = (component: string, alarm: number): Pick<Report, 'reason' | 'message'> => ({
  reason: 'stale',
  message: `${component}: merges upstream have no published version, see #${alarm}.`,
})

/** The commits of the default branch that may be proposed, the newest first; the number of the alarm's issue where it is on. */
async function newest(
  world: Runtime,
  github: GitHub,
  upstream: GitHub,
  deployed: DeployedVersion,
  tip: string,
): Promise<{ commits: string[]; alarm: number | undefined }> {
  const { component, source, version, repo } = deployed
  const range = await compareUpstream(upstream, deployed, tip)
  const shas = range.commits.map(({ sha }) => sha)
  const listed = range.status === 'ahead' ? await listVersions(world.http, source) : []
  const byTag = await versionsByTag(upstream, listed, component, shas)
  const versions = new Map([...byTag, ...versionsByHash(listed, component, shas)])
  const line = versionLineOf(range, tip, versions)
  const isAhead = range.status === 'ahead'

  const overdue = await overdueOf(upstream, component, isAhead ? line.unpublished : [], world.clock.now())
  const last = line.published[0] ?? { version, commit: range.base }
  const upstreamUrl = `${world.run.serverUrl}/${component.upstream}`
  const alarm = await soundAlarm(github, repo.name, { component, overdue, last, upstreamUrl }, world.log)
  return { commits: isAhead ? line.published.slice(0, tries).map(({ commit }) => commit) : [tip], alarm }
}

/** Undefined where the commit has no version of its own; the run's page shows only what was done. */
async function quietly(world: Runtime, run: (inside: Runtime) => Promise<Done>): Promise<Done | undefined> {
  const pages: string[] = []
  const summary = async (markdown: string): Promise<void> => void pages.push(markdown)
  try {
    const done = await run({ ...world, summary })
    const { decision } = done.finding
    if (told.some((word) => word === decision)) for (const page of pages) await world.summary(page)
    return done
  } catch (error) {
    if (error instanceof UserError && error.reason === 'version-not-found') return undefined
    throw error
  }
}

const reportOf = (component: string, { finding }: Done): Report => ({
  component,
  operation: finding.decision,
  reason: finding.reason,
  message: told.some((word) => word === finding.decision) ? finding.message : '',
  failed: false,
})

function outcome(reports: Report[]): Done {
  const failed = reports.filter((report) => report.failed)
  const done = told.find((word) => reports.some(({ operation }) => operation === word))
  const messages = reports.flatMap(({ message }) => (message === '' ? [] : [message]))
  const [first] = failed
  const gap = reports.find(({ reason }) => reason === 'stale')
  return {
    finding: {
      decision: done ?? (first ? 'refused' : 'unchanged'),
      reason: first?.reason ?? gap?.reason ?? (done ? 'ok' : 'up-to-date'),
      message: messages.join('\n') || 'Every component has the newest published version.',
      commit: '',
      evidence: reports.map(({ component, operation, reason, failed: bad }) => ({
        kind: 'component',
        ok: !bad,
        text: `${component}: ${operation} (${reason})`,
      })),
    },
    outputs: { 'pull-request-operation': done ?? 'unchanged' },
    ...(first ? { problem: failed.map(({ message }) => message).join('\n') } : {}),
  }
}
