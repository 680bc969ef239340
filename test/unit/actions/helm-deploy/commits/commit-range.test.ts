import { expect, test } from 'vitest'
import { decideCommitRange } from '../../../../../actions/helm-deploy/commits/commit-range.js'
import type {
  ClusterRange,
  CommitRangeFacts,
  RangeCommit,
  RangeRelation,
} from '../../../../../actions/helm-deploy/commits/commit-range-types.js'
import type { Blocker } from '../../../../../shared/blocks/blockers.js'

const verified = 'a'.repeat(40)
const older = 'b'.repeat(40)
const head = 'c'.repeat(40)

const commit = (sha: string, change: Partial<RangeCommit> = {}): RangeCommit => ({
  sha,
  author: 'ada',
  pull: {
    number: 7,
    url: 'https://github.com/o/r/pull/7',
    title: 'Bump hub',
    head: 'd'.repeat(40),
    at: '2026-01-01T00:00:00Z',
  },
  gate: 'success',
  proof: {
    pure: true,
    component: 'hub',
    from: '1',
    to: '2',
    artifactCommit: 'e'.repeat(40),
    merge: { commit: 'e'.repeat(40), head: 'e'.repeat(40), at: '2026-01-01T00:00:00Z' },
    sha256: 'f'.repeat(64),
    inputDigest: '0'.repeat(64),
  },
  accepted: undefined,
  ...change,
})

const notPure = { pure: false, reason: 'not-a-pure-bump', why: 'README.md differs', fix: 'Split it.' } as const

const relation = (change: Partial<RangeRelation> = {}): RangeRelation => ({
  status: 'ahead',
  commits: [
    { sha: head, parent: older, author: 'ada' },
    { sha: older, parent: verified, author: 'ada' },
  ],
  complete: true,
  total: 2,
  listed: 2,
  ...change,
})

const cluster = (change: Partial<ClusterRange> = {}): ClusterRange => ({
  name: 'staging',
  wave: 'staging',
  optional: false,
  verified,
  relation: relation(),
  ...change,
})

const facts = (change: Partial<CommitRangeFacts> = {}): CommitRangeFacts => ({
  head,
  clusters: [cluster()],
  commits: [commit(head), commit(older)],
  undone: [],
  blockers: [],
  ...change,
})

const blocker = (kind: Blocker['kind']): Blocker => ({
  kind,
  number: 3,
  title: 'no',
  url: 'https://github.com/o/r/issues/3',
})

test('a range of gated pure bumps may be deployed, with what each cluster gets', () => {
  const decision = decideCommitRange(facts())

  expect(decision).toMatchObject({ kind: 'go', clusters: [{ name: 'staging', from: verified }] })
  if (decision.kind === 'go') expect(decision.clusters[0]?.commits.map(({ sha }) => sha)).toEqual([head, older])
})

test('a cluster that is at head already is planned with nothing to bring', () => {
  const there = cluster({ verified: head, relation: relation({ status: 'identical', commits: [], total: 0 }) })

  expect(decideCommitRange(facts({ clusters: [there], commits: [] }))).toMatchObject({
    kind: 'go',
    clusters: [{ from: head, commits: [] }],
  })
})

test.each(['version-blocked', 'deploy-freeze'] as const)('an open issue blocks everything: %s', (kind) => {
  expect(decideCommitRange(facts({ blockers: [blocker(kind)] }))).toMatchObject({ kind: 'blocked', blocker: { kind } })
})

test.each<[string, Partial<CommitRangeFacts>, string, RegExp]>([
  ['no record', { clusters: [cluster({ verified: undefined, relation: undefined })] }, 'not-adopted', /staging/],
  [
    'head is behind what is verified',
    { clusters: [cluster({ relation: relation({ status: 'behind', commits: [] }) })] },
    'outdated-commit',
    /ccccccc is older than aaaaaaa/,
  ],
  [
    'head has diverged',
    { clusters: [cluster({ relation: relation({ status: 'diverged' }) })] },
    'not-a-descendant',
    /not a first-parent descendant/,
  ],
  [
    'verified is only a second parent',
    { clusters: [cluster({ relation: relation({ complete: false }) })] },
    'not-a-descendant',
    /first-parent/,
  ],
  [
    'the range is longer than can be checked',
    { clusters: [cluster({ relation: relation({ complete: false, total: 300 }) })] },
    'not-a-descendant',
    /300 commits .* at most 2 can be checked/,
  ],
  [
    'an acceptance of what came by a pull request, which nobody can give',
    { commits: [commit(head), commit(older, { gate: 'missing', proof: undefined, accepted: 'ada' })] },
    'unreviewed-commit',
    /without a check/,
  ],
  [
    'a direct push',
    { commits: [commit(head), commit(older, { pull: undefined })] },
    'unreviewed-commit',
    /bbbbbbb by "ada"/,
  ],
  [
    'no check',
    { commits: [commit(head, { gate: 'missing', proof: undefined })] },
    'unreviewed-commit',
    /#7 .* without a check/,
  ],
  [
    'a red check',
    { commits: [commit(head, { gate: 'not-success', proof: undefined })] },
    'unreviewed-commit',
    /the gate had not succeeded/,
  ],
  [
    "another pull request's check",
    { commits: [commit(head, { gate: 'another-pull-request', proof: undefined })] },
    'unreviewed-commit',
    /another pull request/,
  ],
  [
    'not pure on the merged tree',
    {
      commits: [commit(head, { proof: notPure })],
    },
    'unreviewed-commit',
    /README\.md differs/,
  ],
  [
    'success without a proof',
    { commits: [commit(head, { proof: undefined })] },
    'unreviewed-commit',
    /not a pure bump/,
  ],
])('refuses: %s', (_, change, reason, message) => {
  const decision = decideCommitRange(facts(change))

  expect(decision).toMatchObject({ kind: 'refuse', reason })
  if (decision.kind !== 'refuse') return
  expect(decision.message).toMatch(message)
  expect(decision.fix).not.toBe('')
})

test('what the gate let in by review goes on, if it is what was merged', () => {
  const proof = notPure
  const decide = (reviewed: boolean, gate: 'success' | 'not-success' = 'success') =>
    decideCommitRange(facts({ commits: [commit(head, { proof, reviewed, gate })] }))

  expect(decide(true)).toMatchObject({
    kind: 'go',
    clusters: [{ commits: [{ sha: head, component: undefined, to: head }] }],
  })
  expect(decide(false)).toMatchObject({ kind: 'refuse', reason: 'unreviewed-commit' })
  expect(decide(true, 'not-success')).toMatchObject({ kind: 'refuse', reason: 'unreviewed-commit' })
})

test('the oldest bad commit is named first', () => {
  const both = [commit(head, { pull: undefined }), commit(older, { pull: undefined })]

  expect(decideCommitRange(facts({ commits: both }))).toMatchObject({ message: expect.stringContaining('bbbbbbb') })
})

test('one cluster that cannot be judged stops all of them', () => {
  const clusters = [cluster(), cluster({ name: 'canary', wave: 'canary', verified: undefined, relation: undefined })]

  expect(decideCommitRange(facts({ clusters }))).toMatchObject({ kind: 'refuse', reason: 'not-adopted' })
})

const optional = (change: Partial<ClusterRange>): ClusterRange =>
  cluster({ name: 'far', wave: 'rest', optional: true, ...change })

test.each<[string, Partial<CommitRangeFacts>, RegExp]>([
  [
    'nothing is recorded of it',
    { clusters: [cluster(), optional({ verified: undefined, relation: undefined })] },
    /Nothing is recorded as verified on far/,
  ],
  [
    'only its own, longer range holds a push',
    {
      clusters: [
        cluster({ verified: older, relation: relation({ commits: relation().commits.slice(0, 1), total: 1 }) }),
        optional({}),
      ],
      commits: [commit(head), commit(older, { pull: undefined })],
    },
    /bbbbbbb by "ada"/,
  ],
])('an optional cluster is left out and blocks nobody where %s', (_, change, message) => {
  expect(decideCommitRange(facts(change))).toMatchObject({
    kind: 'go',
    clusters: [{ name: 'staging' }],
    leftOut: [{ name: 'far', message: expect.stringMatching(message) }],
  })
})

test('where every cluster would be left out, that is a refusal', () => {
  const clusters = [optional({ verified: undefined, relation: undefined })]

  expect(decideCommitRange(facts({ clusters }))).toMatchObject({ kind: 'refuse', reason: 'not-adopted' })
})

test('what did not come through the gate stops nothing once nothing of it is left, and is told', () => {
  const pushed = commit(older, { pull: undefined, gate: undefined, proof: undefined })
  const decision = decideCommitRange(facts({ commits: [commit(head), pushed], undone: [older] }))

  expect(decision).toMatchObject({ kind: 'go', undone: [{ sha: older }], clusters: [{ commits: [{ sha: head }] }] })
})

test('one of several that is left stops all', () => {
  const commits = [commit(head, { gate: 'missing' }), commit(older, { pull: undefined })]

  expect(decideCommitRange(facts({ commits, undone: [older] }))).toMatchObject({
    kind: 'refuse',
    message: expect.stringContaining('ccccccc'),
  })
})

test('a direct push that an operator accepted may be deployed, and is told', () => {
  const pushed = commit(older, { pull: undefined, gate: undefined, proof: undefined, accepted: 'bob' })
  expect(decideCommitRange(facts({ commits: [commit(head), pushed] }))).toMatchObject({
    kind: 'go',
    accepted: [{ sha: older, accepted: 'bob' }],
    undone: [],
  })
})

test('a change that was merged outside its window stops the plan, and its taking back opens it again', () => {
  const untimely = { tier: 'T3' as const, untimely: 'T3 may be deployed only on mon, tue, wed, thu (Etc/UTC)' }
  const late = commit(older, { proof: notPure, reviewed: true, ...untimely })

  expect(decideCommitRange(facts({ commits: [commit(head), late] }))).toMatchObject({
    kind: 'refuse',
    reason: 'outside-window',
    message: expect.stringMatching(/#7 \(bbbbbbb.*outside its window: T3 may be deployed only on/),
    fix: expect.stringContaining('git revert -m 1 bbbbbbb'),
  })
  expect(decideCommitRange(facts({ commits: [commit(head), late], undone: [older] }))).toMatchObject({ kind: 'go' })
})

test('a cluster has the highest tier of what it gets', () => {
  const reviewed = commit(older, { proof: notPure, reviewed: true, tier: 'T2' })
  const ahead = cluster({
    name: 'canary',
    wave: 'canary',
    verified: older,
    relation: relation({ commits: [{ sha: head, parent: older, author: 'ada' }], total: 1 }),
  })
  const decision = decideCommitRange(
    facts({ clusters: [cluster(), ahead], commits: [commit(head, { tier: 'none' }), reviewed] }),
  )

  expect(decision).toMatchObject({ clusters: [{ tier: 'T2' }, { tier: 'none' }] })
})

test('what was reviewed by a policy that main had no more when it was merged is refused, with a way out', () => {
  const stale = commit(head, { proof: notPure, reviewed: true, otherPolicy: true })
  const decision = decideCommitRange(facts({ commits: [stale] }))
  expect(decision).toMatchObject({ kind: 'refuse', reason: 'unreviewed-commit' })
  expect(decision.kind === 'refuse' && [decision.message, decision.fix].join()).toMatch(
    /another policy.*git revert -m 1/,
  )
  // Taken back, nothing of it is left.
  expect(decideCommitRange(facts({ commits: [stale], undone: [head] })).kind).toBe('go')
})
