import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import type { Values } from '../../shared/action/inputs.js'
import type { World } from '../../shared/action/world.js'
import { pullNumber } from '../../shared/github/asked-pull.js'
import { type Branch, defaultBranch } from '../../shared/github/branches.js'
import type { GitHub } from '../../shared/github/client.js'
import { type Head, readHead, readHeads } from './candidates.js'
import { describeLanes } from './describe.js'
import { lookAfter } from './duty/look-after.js'
import type { definition } from './io.js'
import { judgeHeads } from './judge.js'
import { laneWorld, readDeploySide, readLanes, type Sides, type UpstreamLanes } from './lanes.js'
import { readMakes } from './makes.js'
import { type Built, readBuilt, readQueue } from './queue.js'
import { type Judged, reportStatuses } from './report.js'

type Inputs = Values<typeof definition.inputs>
type Done = Outcome<typeof definition.outputs>

/**
 * Writes the status `lockstep / lane` on upstream's pull requests: green where everything merged before is deployed and
 * verified. It reads the whole lane anew each time, so a lost or repeated event changes nothing.
 *
 * What cannot be found out is reported as red, with the reason.
 */
export async function deployLane(inputs: Inputs, world: World): Promise<Done> {
  const [github, upstream] = [world.github(inputs['deploy-token']), world.github(inputs.token)]
  const sides: Sides = { world, github, upstream, deployRepo: inputs['deploy-repo'] }
  const deploy = await readDeploySide(sides)
  const own = world.run.repository.toLowerCase() !== sides.deployRepo.toLowerCase()
  if (!own && 'problem' in deploy) throw unreadable(deploy.problem)
  const repos = own || 'problem' in deploy ? [world.run.repository] : upstreamsOf(deploy.policy.components)

  const all: Judged[] = []
  const counts = { written: 0, left: 0 }
  const read: { repo: string; lanes: UpstreamLanes }[] = []
  for (const repo of repos) {
    const built = asksQueue(inputs.about, world) ? await readBuilt(upstream, repo) : []
    const main = await defaultBranch(upstream, repo)
    const lanes = await readLanes(sides, deploy, repo, main)
    const heads = await askedHeads(inputs, sides, { repo, main, built })
    const judged = await judge(upstream, repo, heads, lanes)
    const { written, left } = await reportStatuses(upstream, repo, judged)
    counts.written += written
    counts.left += left
    all.push(...judged)
    await world.summary(describeLanes(repo, lanes, judged))
    read.push({ repo, lanes })
  }
  if (counts.left > 0)
    world.log.warning(`${counts.left} statuses are left for the next run: GitHub limits how many an hour.`)
  const done = outcome(all, counts.written, inputs.about, world)
  if (own || 'problem' in deploy || inputs.about !== 'all') return done
  // Statuses come first, of all: people wait for them.
  const problems: string[] = []
  for (const { repo, lanes } of read) {
    const after = await lookAfter(laneWorld(sides, deploy), repo, lanes, world)
    world.log.info(`${repo}: ${after.words} words of duty, ${after.written} changes told where they are.`)
    if (after.excess > 0) world.log.warning(`${repo}: ${after.excess} changes are merged, more than may be undeployed.`)
    problems.push(...after.problems)
  }
  return problems.length > 0 ? { ...done, problem: problems.join('\n') } : done
}

const upstreamsOf = (components: { upstream: string }[]): string[] => [
  ...new Set(components.map(({ upstream }) => upstream)),
]

const asksQueue = (about: Inputs['about'], { run }: World): boolean => about === 'all' || run.event === 'merge_group'

interface Upstream {
  repo: string
  main: Branch
  built: Built[]
}

/** The heads that this run is about. What the queue has built is judged as it is now: its events may be lost. */
async function askedHeads(
  { about, ...inputs }: Inputs,
  { upstream, world }: Sides,
  { repo, main, built }: Upstream,
): Promise<Head[]> {
  const queue = (): Promise<Head[]> => readQueue(upstream, repo, main, built)
  if (about === 'all') return [...(await readHeads(upstream, repo, main.name)), ...(await queue())]
  if (world.run.event === 'merge_group') return queue()
  const head = await readHead(upstream, repo, pullNumber(inputs['pull-request'], world.run), main.name)
  return head ? [head] : []
}

/** Which files a pull request changes is asked only where that can help it: a thousand drafts cost nothing. */
async function judge(upstream: GitHub, repo: string, heads: Head[], lanes: UpstreamLanes): Promise<Judged[]> {
  const first = judgeHeads(heads, { ...lanes, repo })
  const stopped = first.filter(({ head, verdict }) => head.ready && verdict.state !== 'success')
  const numbers = stopped.map(({ head }) => head.pull)
  return judgeHeads(heads, { ...lanes, repo }, await readMakes(upstream, repo, numbers, lanes.components))
}

function outcome(judged: Judged[], written: number, about: Inputs['about'], { run, log }: World): Done {
  const [first] = judged
  if (about === 'all' || !first) {
    const message = `${judged.length} pull requests looked at, ${written} statuses written.`
    log.info(message)
    const decision = written > 0 ? 'updated' : 'unchanged'
    const reason = written > 0 ? 'ok' : 'already-there'
    return { finding: { decision, reason, message, commit: run.sha }, outputs: { written: String(written) } }
  }
  const { head, verdict } = first
  const { state, description: message, reason } = verdict
  log.info(`#${head.pull}: ${message}`)
  const decision = state === 'success' ? 'green' : 'red'
  return { finding: { decision, reason, message, commit: head.sha }, outputs: { state, written: String(written) } }
}

const unreadable = (problem: string): UserError =>
  new UserError('lane-unknown', `The deploy repo cannot be read: ${problem}`, {
    fix: 'Check "deploy-repo" and the permissions of "deploy-token".',
  })
