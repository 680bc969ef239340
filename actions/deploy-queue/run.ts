import type { InputValues } from '../../shared/action/inputs.js'
import type { Runtime } from '../../shared/action/runtime.js'
import { UserError } from '../../shared/foundation/errors.js'
import { type Branch, defaultBranch } from '../../shared/github/branches.js'
import type { GitHub } from '../../shared/github/client.js'
import { pullNumber } from '../../shared/github/requested-pull.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import { readHead, readHeads, type UpstreamHead } from './candidates.js'
import { readChangedComponents } from './changed-components.js'
import { describeQueues } from './describe.js'
import { reconcileDuty } from './duty/reconcile-duty.js'
import { evaluateHeads } from './evaluate.js'
import type { definition } from './io.js'
import { type MergeGroup, readMergeGroup, readMergeQueue } from './merge-queue.js'
import { type QueueSides, queueContextOf, readDeploySide, readQueues, type UpstreamQueues } from './queues.js'
import { type EvaluatedHead, reportStatuses } from './report.js'

type Inputs = InputValues<typeof definition.inputs>
type Done = ActionOutcome<typeof definition.outputs>

/**
 * Writes the status `lockstep / queue` on upstream's pull requests: green where everything merged before is deployed and
 * verified. It reads the whole queue anew each time, so a lost or repeated event changes nothing.
 *
 * What cannot be found out is reported as red, with the reason.
 */
export async function deployQueue(inputs: Inputs, world: Runtime): Promise<Done> {
  const [github, upstream] = [world.github(inputs['deploy-token']), world.github(inputs.token)]
  const sides: QueueSides = { world, github, upstream, deployRepo: inputs['deploy-repo'] }
  const deploy = await readDeploySide(sides)
  const own = world.run.repository.toLowerCase() !== sides.deployRepo.toLowerCase()
  if (!own && 'problem' in deploy) throw unreadable(deploy.problem)
  const repos = own || 'problem' in deploy ? [world.run.repository] : upstreamsOf(deploy.policy.components)

  const all: EvaluatedHead[] = []
  const counts = { written: 0, left: 0 }
  const read: { repo: string; queues: UpstreamQueues }[] = []
  for (const repo of repos) {
    const built = asksQueue(inputs.mode, world) ? await readMergeGroup(upstream, repo) : []
    const main = await defaultBranch(upstream, repo)
    const queues = await readQueues(sides, deploy, repo, main)
    const heads = await askedHeads(inputs, sides, { repo, main, built })
    const judged = await judge(upstream, repo, heads, queues)
    const { written, left } = await reportStatuses(upstream, repo, judged)
    counts.written += written
    counts.left += left
    all.push(...judged)
    await world.summary(describeQueues(repo, queues, judged))
    read.push({ repo, queues })
  }
  if (counts.left > 0)
    world.log.warning(`${counts.left} statuses are left for the next run: GitHub limits writes per hour.`)
  const done = outcome(all, counts.written, inputs.mode, world)
  if (own || 'problem' in deploy || inputs.mode !== 'reconcile') return done
  // Statuses come first, of all: people wait for them.
  const problems: string[] = []
  for (const { repo, queues } of read) {
    const after = await reconcileDuty(queueContextOf(sides, deploy), repo, queues, world)
    world.log.info(`${repo}: wrote ${after.words} comments about duty and ${after.written} rollout statuses.`)
    if (after.excess > 0)
      world.log.warning(`${repo}: ${after.excess} changes are merged and undeployed, more than the policy allows.`)
    problems.push(...after.problems)
  }
  return problems.length > 0 ? { ...done, problem: problems.join('\n') } : done
}

const upstreamsOf = (components: { upstream: string }[]): string[] => [
  ...new Set(components.map(({ upstream }) => upstream)),
]

const asksQueue = (mode: Inputs['mode'], { run }: Runtime): boolean =>
  mode === 'reconcile' || run.event === 'merge_group'

interface Upstream {
  repo: string
  main: Branch
  built: MergeGroup[]
}

/** The heads that this run is about. What the queue has built is judged as it is now: its events may be lost. */
async function askedHeads(
  { mode, ...inputs }: Inputs,
  { upstream, world }: QueueSides,
  { repo, main, built }: Upstream,
): Promise<UpstreamHead[]> {
  const queue = (): Promise<UpstreamHead[]> => readMergeQueue(upstream, repo, main, built)
  if (mode === 'reconcile') return [...(await readHeads(upstream, repo, main.name)), ...(await queue())]
  if (world.run.event === 'merge_group') return queue()
  const head = await readHead(upstream, repo, pullNumber(inputs['pull-request'], world.run), main.name)
  return head ? [head] : []
}

/** Which files a pull request changes is asked only where that can help it: a thousand drafts cost nothing. */
async function judge(
  upstream: GitHub,
  repo: string,
  heads: UpstreamHead[],
  queues: UpstreamQueues,
): Promise<EvaluatedHead[]> {
  const first = evaluateHeads(heads, { ...queues, repo })
  const stopped = first.filter(({ head, verdict }) => head.ready && verdict.state !== 'success')
  const numbers = stopped.map(({ head }) => head.pull)
  return evaluateHeads(
    heads,
    { ...queues, repo },
    await readChangedComponents(upstream, repo, numbers, queues.components),
  )
}

function outcome(judged: EvaluatedHead[], written: number, mode: Inputs['mode'], { run, log }: Runtime): Done {
  const [first] = judged
  if (mode === 'reconcile' || !first) {
    const message = `${judged.length} pull requests checked, ${written} statuses written.`
    log.info(message)
    const decision = written > 0 ? 'updated' : 'unchanged'
    const reason = written > 0 ? 'ok' : 'up-to-date'
    return { finding: { decision, reason, message, commit: run.sha }, outputs: { 'statuses-written': String(written) } }
  }
  const { head, verdict } = first
  const { state, description: message, reason } = verdict
  log.info(`#${head.pull}: ${message}`)
  const decision = state === 'success' ? 'success' : 'failure'
  return {
    finding: { decision, reason, message, commit: head.sha },
    outputs: { state, 'statuses-written': String(written) },
  }
}

const unreadable = (problem: string): UserError =>
  new UserError('queue-unknown', `The deploy repo cannot be read: ${problem}`, {
    fix: 'Check "deploy-repo" and the permissions of "deploy-token".',
  })
