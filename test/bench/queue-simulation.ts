import { existsSync } from 'node:fs'
import { decideQueue } from '../../actions/deploy-queue/decide.js'
import type { QueueState, UndeployedChange } from '../../actions/deploy-queue/types.js'
import { type Bench, type Figure, medianOf } from './figure.js'
import { type History, type Published, readHistory } from './queue-history.js'

/** Real history of a public deploy repo lies beside the checkout on some machines; a fresh clone has none. */
const ownData = '../shared/data'
const name = 'queue-simulation'

const [minute, hour] = [60_000, 3_600_000]
/** From the publication to "verified": whoever is on duty merges when reminded, and nine of ten deploys take no longer. */
const deployTime = (15 + 14) * minute

/**
 * Every merge of seven years again, by the deploy queue's own rule: when could it have been merged, and how much would have been
 * undeployed at most (what failed, and its repair, are two), against what really was. `--data FOLDER` takes another history of the same form.
 */
export const queueSimulation: Bench = async ({ data = ownData }) => {
  if (!existsSync(data)) {
    console.error(`${name} is skipped: there is no ${data}. "--data FOLDER" names another one.`)
    return []
  }
  const history = await readHistory(data)
  const [real, simulated] = [asItWas(history), withTheQueue(history)]
  const figure = (what: string, value: number, unit: string, goal: string, ok: boolean): Figure => ({
    ...{ bench: name, figure: what, value: Math.round(value * 100) / 100, unit, goal, ok },
  })
  const told = (what: string, value: number, unit: string): Figure => figure(what, value, unit, 'none', true)
  return [
    told('merges', history.published.length, 'merges'),
    told('most undeployed, as it was', Math.max(...real.counts), 'merges'),
    figure('most undeployed, with the queue', simulated.most, 'merges', '<= 2', simulated.most <= 2),
    told('oldest undeployed at a deploy, median, as it was', medianOf(real.ages) / hour, 'h'),
    figure(
      'oldest undeployed, median, with the queue',
      medianOf(simulated.ages) / hour,
      'h',
      '< 1',
      medianOf(simulated.ages) < hour,
    ),
    told('oldest undeployed at a deploy, longest, as it was', Math.max(...real.ages) / hour, 'h'),
    told('oldest undeployed, longest, with the queue', Math.max(...simulated.ages) / hour, 'h'),
    told('merges that had to wait', simulated.waits.length, 'merges'),
    told('how long they waited, median', simulated.waits.length === 0 ? 0 : medianOf(simulated.waits) / hour, 'h'),
    told('how long one waited, longest', Math.max(0, ...simulated.waits) / hour, 'h'),
  ]
}

/** At every deploy: how many merges it brought at once, and how long the oldest had waited. */
function asItWas({ published, deployed }: History): { counts: number[]; ages: number[] } {
  const [counts, ages]: [number[], number[]] = [[], []]
  let depth = published[0]?.depth ?? 0
  for (const deploy of deployed) {
    const carried = published.filter((one) => one.depth > depth && one.depth <= deploy.depth && one.at <= deploy.at)
    if (carried.length > 0) {
      counts.push(carried.length)
      ages.push(deploy.at - Math.min(...carried.map(({ at }) => at)))
    }
    depth = deploy.depth
  }
  return { counts, ages }
}

/** Each merge waits until the queue is clear for it; what failed blocks the queue until the next merge, which repairs it. */
function withTheQueue({ published, reverted }: History): { most: number; ages: number[]; waits: number[] } {
  const [ages, waits]: [number[], number[]] = [[], []]
  let undeployed: { one: Published; merged: number; verified: number }[] = []
  let most = 0
  for (const one of published) {
    let now = one.at
    const settle = (): void => {
      for (const { merged, verified } of undeployed.filter((each) => each.verified <= now)) ages.push(verified - merged)
      undeployed = undeployed.filter(({ verified }) => verified > now)
    }
    settle()
    const failed = undeployed.filter(({ verified }) => verified === Number.POSITIVE_INFINITY)
    const repairs = failed.map((each) => hashOf(each.one))
    while (
      !mayMerge(
        undeployed.map((each) => ({ ...change, commit: hashOf(each.one) })),
        repairs,
      )
    ) {
      now = Math.min(...undeployed.map(({ verified }) => verified))
      settle()
    }
    if (now > one.at) waits.push(now - one.at)
    const verified = now + deployTime
    // The repair deploys what it repairs.
    for (const each of failed) each.verified = verified
    // A failed one is back by then; that it is undeployed in main is what the queue knows of it.
    const bad = reverted.has(one.version)
    undeployed.push({ one, merged: now, verified: bad ? Number.POSITIVE_INFINITY : verified })
    most = Math.max(most, undeployed.length)
  }
  return { most, ages, waits }
}

const change: UndeployedChange = { pull: 1, commit: '', duty: undefined, since: undefined }
const hashOf = ({ depth }: Published): string => String(depth).padStart(40, '0')

function mayMerge(undeployed: UndeployedChange[], repairs: string[]): boolean {
  const queue: QueueState = {
    component: 'hub',
    max: 1,
    undeployed,
    stage: undefined,
    shut: undefined,
    usual: undefined,
    window: undefined,
  }
  const candidate = { ready: true, queued: undefined, makes: ['hub'], exception: undefined, repairs, fix: false }
  return decideQueue([queue], candidate).state === 'success'
}
