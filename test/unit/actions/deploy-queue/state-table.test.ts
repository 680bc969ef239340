import { describe, expect, test } from 'vitest'
import { isReadyToMerge, type UpstreamHead } from '../../../../actions/deploy-queue/candidates.js'
import { evaluateHeads } from '../../../../actions/deploy-queue/evaluate.js'
import { blockedBy } from '../../../../actions/deploy-queue/facts.js'
import { rolloutStatusOf } from '../../../../actions/deploy-queue/rollout-status.js'
import type {
  QueueState,
  QueueVerdict,
  UndeployedChange,
  UnknownQueue,
} from '../../../../actions/deploy-queue/types.js'
import type { Blocker } from '../../../../shared/blocks/blockers.js'
import type { Component } from '../../../../shared/policy/policy.js'

/** ada's pull request 12 is merged; what becomes of it in the deploy repo is what the tables are about. */
const change: UndeployedChange = { pull: 12, commit: 'a'.repeat(40), duty: 'ada', since: '2026-03-01T09:05:30Z' }
const page = 'https://github.test/acme/deploy'
const hub = { name: 'hub' } as Component

const bumps = ['none', 'open', 'merged', 'taken back'] as const
const deploys = ['none', 'first cluster', 'failed', 'verified', 'unknown'] as const
const holds = ['none', 'of hub', 'of another', 'unreadable'] as const
const freezes = [false, true]
const reads = ['whole', 'refused'] as const
const maxima = [1, 2]

interface Situation {
  bump: (typeof bumps)[number]
  deploy: (typeof deploys)[number]
  hold: (typeof holds)[number]
  frozen: boolean
  read: (typeof reads)[number]
  max: number
}

const situations: Situation[] = bumps.flatMap((bump) =>
  deploys.flatMap((deploy) =>
    holds.flatMap((hold) =>
      freezes.flatMap((frozen) =>
        reads.flatMap((read) => maxima.map((max) => ({ bump, deploy, hold, frozen, read, max }))),
      ),
    ),
  ),
)

const holdOf = (component: string): Blocker['hold'] =>
  ({ component, version: '1', commit: change.commit }) as Blocker['hold']
const blocker = (kind: Blocker['kind'], hold?: Blocker['hold']): Blocker => ({
  ...{ kind, number: 7, title: '', url: `${page}/issues/7`, hold },
})

/** The queue as facts.ts makes it of what it reads. */
function queueIn({ bump, deploy, hold, frozen, read, max }: Situation): QueueState | UnknownQueue {
  if (read === 'refused') return { component: 'hub', problem: 'GitHub did not answer.' }
  if (deploy === 'unknown') return { component: 'hub', problem: 'no version is recorded as verified on staging.' }
  const blockers = [
    ...(frozen ? [blocker('deploy-freeze')] : []),
    ...(hold === 'none'
      ? []
      : [
          blocker(
            'version-blocked',
            { 'of hub': holdOf('hub'), 'of another': holdOf('image'), unreadable: undefined }[hold],
          ),
        ]),
  ]
  const stage = rolloutStatusOf({
    inMain: bump === 'merged',
    bump: bump === 'open' ? { pull: 3, url: `${page}/pull/3`, since: '' } : undefined,
    clusters: ['staging', 'canary', 'primary'].map((name, index) => ({
      name,
      verified: deploy !== 'none' && index === 0,
    })),
    failed: deploy === 'failed' ? 'canary' : undefined,
    runsUrl: `${page}/actions`,
  })
  const undeployed = deploy === 'verified' ? [] : [change]
  const queue = { component: 'hub', max, undeployed, stage: undeployed.length > 0 ? stage : undefined }
  return { ...queue, shut: blockedBy(blockers, hub), usual: undefined, window: undefined }
}

interface Pull {
  /** Sets what differs from an ordinary pull request that could be merged. */
  head?: Partial<UpstreamHead>
  makes?: string[]
}

const pulls = {
  plain: {},
  'files unknown': { makes: [] },
  'fixes #12': { head: { body: 'Fixes #12' } },
  'reverts #12': { head: { body: 'Reverts acme/hub#12' } },
  'fixes another': { head: { body: 'Fixes #99' } },
  'label deploy-queue-fix': { head: { labels: ['deploy-queue-fix'] } },
  'no version': { makes: ['nothing of it'] },
  exception: { head: { labels: ['urgent'] } },
  draft: { head: { ready: isReadyToMerge({ isDraft: true, reviewDecision: 'APPROVED' }) } },
  unapproved: { head: { ready: isReadyToMerge({ isDraft: false, reviewDecision: 'REVIEW_REQUIRED' }) } },
  'sent back': { head: { ready: isReadyToMerge({ isDraft: false, reviewDecision: 'CHANGES_REQUESTED' }) } },
  'first in queue': { head: { queued: { ahead: 0 } } },
  'second in queue': { head: { queued: { ahead: 1 } } },
  'fix in queue': { head: { queued: { ahead: 1 }, body: 'Fixes #12' } },
} satisfies Record<string, Pull>

function say(pull: Pull, situation: Situation): QueueVerdict {
  const head: UpstreamHead = {
    ...{ sha: 'b'.repeat(40), pull: 20, ready: true, queued: undefined, title: 'Change', body: '', labels: [] },
    ...{ present: undefined, ...pull.head },
  }
  const queue = queueIn(situation)
  const undeployed = 'max' in queue ? queue.undeployed : []
  const queues = { queues: [queue], undeployed, exceptions: ['urgent'], repo: 'acme/hub' }
  const [made] = pull.makes ?? ['hub']
  const [judged] = evaluateHeads([head], queues, new Map(made === undefined ? [] : [[20, [made]]]))
  if (!judged) throw new Error('no word about a pull request')
  return judged.verdict
}

/*
 * The rules, written down a second time, for people. Green may be merged, red may not, yellow waits, `?` is red because it is not
 * known. Two of the columns are for a policy that allows two: `roomy` where none is undeployed, `room` where ada's is.
 */
const columns = [
  ...(['clear', 'roomy', 'room', 'deploy-pending', 'held, verified', 'version-blocked'] as const),
  ...(['frozen, verified', 'deploy-freeze', 'unknown'] as const),
]
type Column = (typeof columns)[number]

const rules: Record<keyof typeof pulls, string> = {
  //                  clear  roomy  room   undepl held,v held   froz,v frozen unknown
  plain: '            green  green  green  red    red    red    red    red    ?    ',
  'files unknown': '  green  green  green  red    red    red    red    red    ?    ',
  'fixes #12': '      green  green  green  green  red    green  red    green  ?    ',
  'reverts #12': '    green  green  green  green  red    green  red    green  ?    ',
  'fixes another': '  green  green  green  red    red    red    red    red    ?    ',
  'label deploy-queue-fix': 'green green  green  green  green  green  green  green  green',
  'no version': '     green  green  green  green  green  green  green  green  green',
  exception: '        green  green  green  green  green  green  green  green  green',
  draft: '            yellow yellow yellow yellow yellow yellow yellow yellow yellow',
  unapproved: '       yellow yellow yellow yellow yellow yellow yellow yellow yellow',
  'sent back': '      yellow yellow yellow yellow yellow yellow yellow yellow yellow',
  'first in queue': ' green  green  green  yellow yellow yellow yellow yellow ?    ',
  'second in queue': 'yellow green  yellow yellow yellow yellow yellow yellow ?    ',
  'fix in queue': '   yellow green  green  green  yellow green  yellow green  ?    ',
}

function columnOf({ deploy, hold, frozen, read, max }: Situation): Column {
  const verified = deploy === 'verified'
  if (read === 'refused' || deploy === 'unknown') return 'unknown'
  if (frozen) return verified ? 'frozen, verified' : 'deploy-freeze'
  if (hold === 'of hub' || hold === 'unreadable') return verified ? 'held, verified' : 'version-blocked'
  if (verified) return max > 1 ? 'roomy' : 'clear'
  return max > 1 ? 'room' : 'deploy-pending'
}

const colours = { success: 'green', failure: 'red', pending: 'yellow', error: '?' }
const expected = (name: keyof typeof pulls, situation: Situation): string =>
  rules[name].trim().split(/\s+/)[columns.indexOf(columnOf(situation))] ?? 'no rule'

test('there is a situation for every column, and a rule for each of them', () => {
  expect(situations).toHaveLength(4 * 5 * 4 * 2 * 2 * 2)
  expect(new Set(situations.map(columnOf))).toEqual(new Set(columns))
  for (const row of Object.values(rules)) expect(row.trim().split(/\s+/)).toHaveLength(columns.length)
})

const names = Object.keys(pulls) as (keyof typeof pulls)[]

describe('every combination of bump, deploy, hold, freeze and failure', () => {
  test.each(names)('%s', (name) => {
    const wrong = situations.flatMap((situation) => {
      const { state, description } = say(pulls[name], situation)
      const wanted = expected(name, situation)
      return colours[state] === wanted ? [] : [{ ...situation, wanted, state, description }]
    })
    expect(wrong).toEqual([])
  })
})

/** Where ada's change stands, by what became of its bump and by its deploy. */
const places: Record<Situation['bump'], Partial<Record<Situation['deploy'], string>>> = {
  none: { none: 'no deploy PR yet', 'first cluster': 'no deploy PR yet', failed: 'no deploy PR yet' },
  open: {
    none: 'deploy PR #3 is not merged yet',
    'first cluster': 'deploy PR #3 is not merged yet',
    failed: 'deploy PR #3 is not merged yet',
  },
  merged: {
    none: 'being deployed',
    'first cluster': 'deploying canary, staging is verified',
    failed: 'failed on canary, rolling back',
  },
  'taken back': { none: 'no deploy PR yet', 'first cluster': 'no deploy PR yet', failed: 'no deploy PR yet' },
}

test('red because of a change says whose it is, since when, and where it stands', () => {
  const red = situations.filter((one) => columnOf(one) === 'deploy-pending')
  const wrong = red.flatMap((situation) => {
    const { description } = say(pulls.plain, situation)
    const where = places[situation.bump][situation.deploy]
    const wanted = `#12 by ada, 2026-03-01 09:05 UTC, is not verified: ${where}.`
    return description === wanted ? [] : [{ ...situation, wanted, description }]
  })
  expect(wrong).toEqual([])
})

/** The reason of each column, and what its words have to name. */
const words: Record<Column, [reason: QueueVerdict['reason'], says: RegExp]> = {
  clear: ['ok', /^Clear: all is deployed and verified\./],
  roomy: ['ok', /^Clear: all is deployed and verified\./],
  room: ['ok', /^Clear: 1 of at most 2 undeployed\./],
  'deploy-pending': ['deploy-pending', /^#12 by ada/],
  'held, verified': ['version-blocked', /^A version of hub is blocked\. .*#7/],
  'version-blocked': ['version-blocked', /^#12 by ada, .* failed to deploy\. .*#7/],
  'frozen, verified': ['deploy-freeze', /#7/],
  'deploy-freeze': ['deploy-freeze', /#7/],
  unknown: ['queue-unknown', /^Unknown: (GitHub did not answer|no version is recorded)/],
}

test.each(columns)('the words for a lane that is %s', (column) => {
  const [wanted, says] = words[column]
  const wrong = situations.flatMap((situation) => {
    const { reason, description } = say(pulls.plain, situation)
    const right = columnOf(situation) !== column || (reason === wanted && says.test(description))
    return right ? [] : [{ ...situation, reason, description }]
  })
  expect(wrong).toEqual([])
})

test('whatever is said fits into a status, in one line, and is the same when it is asked again', () => {
  const said = names.flatMap((name) =>
    situations.map((situation) => [say(pulls[name], situation), say(pulls[name], structuredClone(situation))] as const),
  )
  const isWrong = (text: string): boolean => [...text].length > 140 || /\n|undefined|NaN/.test(text)
  expect(
    said.filter(([first, again]) => isWrong(first.description) || first.description !== again.description),
  ).toEqual([])
})
