import type { World } from '../../../shared/action/world.js'
import { dutyWords, handOver } from '../../../shared/duty/hand-over.js'
import { onDuty } from '../../../shared/duty/on-duty.js'
import { operatorsOf } from '../../../shared/duty/operators.js'
import { whoLeft } from '../../../shared/duty/who-left.js'
import { readBlockerIssues } from '../../../shared/holds/issues.js'
import { type LaneWindow, laneWindow } from '../../../shared/infra/lane-window.js'
import { shutBy } from '../facts.js'
import type { LaneWorld } from '../lane-world.js'
import { inWords, type UpstreamLanes } from '../lanes.js'
import { isOver } from './decide-duty.js'
import { tellExcess } from './excess.js'
import { type Place, readComments, saidBefore, tellDuty } from './tell.js'
import { readTurns, type Turn } from './turns.js'
import { tellUpstream } from './upstream-state.js'

/** What was said and written, for the log. */
export interface LookedAfter {
  words: number
  written: number
  excess: number
  /** What could not be looked after, and why. */
  problems: string[]
}

/**
 * Looks after every bump of an upstream repository that is on its way: whoever is on duty is greeted, reminded, and in the end
 * the operators are called; upstream is told where its changes are, and where more was merged than may be. Safe to run at any
 * time, and again: what was said is read back from where it was said.
 */
export async function lookAfter(
  lane: LaneWorld,
  repo: string,
  { components, lanes, exceptions }: UpstreamLanes,
  world: World,
): Promise<LookedAfter> {
  const { policy, upstream } = lane
  const done: LookedAfter = { words: 0, written: 0, excess: 0, problems: [] }
  const now = world.clock.now()
  const attempt = async (name: string, task: () => Promise<void>): Promise<void> => {
    try {
      await task()
    } catch (error) {
      done.problems.push(`${name}: ${inWords(error, world)}`)
    }
  }
  for (const component of components) {
    await attempt(component.name, async () => {
      for (const turn of await readTurns(lane, component, now)) {
        // The last word comes after all else: it is what is remembered.
        const over = isOver(turn.phase)
        if (!over) done.words += await lookAfterTurn(lane, turn, now)
        done.written += await tellUpstream(upstream, policy.apps.gate.bot, turn, runsUrl(lane))
        if (over) done.words += await lookAfterTurn(lane, turn, now)
      }
    })
  }
  for (const one of lanes) {
    if (!('max' in one)) continue
    await attempt(one.component, async () => {
      done.excess += await tellExcess({ upstream, repo, gateBot: policy.apps.gate.bot, exceptions }, one)
    })
  }
  return done
}

const placeOf = ({ github, deployRepo: repo, policy }: LaneWorld): Place => ({
  github,
  repo,
  gateBot: policy.apps.gate.bot,
})

const runsUrl = ({ serverUrl, deployRepo }: LaneWorld): string =>
  `${serverUrl}/${deployRepo}/actions/workflows/deploy.yml`

/** Says what is due under one pull request; returns how much that was. */
async function lookAfterTurn(lane: LaneWorld, turn: Turn, now: Date): Promise<number> {
  const { policy, github, blockers } = lane
  const place = placeOf(lane)
  const comments = await readComments(place, turn.pull)
  const base = onDuty(turn.merges, await whoLeft(lane.upstream, turn.component.upstream, turn.merges))
  const { duty, offers } = handOver(base, await dutyWords(github, comments, operatorsOf(github, policy)))
  const window = windowOf(lane, turn, now)
  const facts = {
    ...{ phase: turn.phase, duty, offers },
    since: latest([turn.mergedAt ?? turn.openedAt, await lastLifted(lane), window?.since.toISOString()]),
    shut: shutBy(blockers, turn.component) !== undefined || window?.open === false,
    said: saidBefore(comments, policy.apps.gate.bot),
    slow: lane.usual?.slow,
  }
  return (await tellDuty(place, facts, { policy, turn, duty, runsUrl: runsUrl(lane) }, now)).length
}

/** The lane's window, where the App is what merges: outside it nobody has to be up, and their time begins when it opens. */
const windowOf = ({ policy }: LaneWorld, { phase }: Turn, now: Date): LaneWindow | undefined =>
  phase === 'proposed' && policy.merge.bump !== 'person' ? laneWindow(policy, now) : undefined

/** When the last hold or freeze went: nobody is late for what they could not do. */
async function lastLifted({ github, deployRepo, policy }: LaneWorld): Promise<string | undefined> {
  const issues = await readBlockerIssues(github, deployRepo, policy)
  const closed = issues.flatMap(({ closedAt }) => closedAt ?? [])
  return closed.length > 0 ? latest(closed) : undefined
}

/** Of times in ISO 8601, which sort as texts. */
const latest = (times: (string | undefined)[]): string =>
  times
    .flatMap((time) => time ?? [])
    .toSorted()
    .at(-1) ?? ''
