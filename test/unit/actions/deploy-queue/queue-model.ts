import type { UpstreamHead } from '../../../../actions/deploy-queue/candidates.js'
import { evaluateHeads } from '../../../../actions/deploy-queue/evaluate.js'
import { blockedBy } from '../../../../actions/deploy-queue/facts.js'
import { rolloutStatusOf } from '../../../../actions/deploy-queue/rollout-status.js'
import type { QueueState, QueueStatus, UndeployedChange, UnknownQueue } from '../../../../actions/deploy-queue/types.js'
import type { Blocker } from '../../../../shared/blocks/blockers.js'
import type { Component } from '../../../../shared/policy/policy.js'

/** `docs` makes no version, `urgent` has the label of an exception, `fix` repairs what was merged first and is not verified. */
export type Kind = 'plain' | 'fix' | 'docs' | 'urgent'

export interface Change {
  pull: number
  kind: Kind
  body: string
}

/** A branch of the merge queue: the change on top of what was before it when it was built. */
interface Entry {
  change: Change
  sha: string
  on: string[]
}

/** An upstream with a merge queue of group size 1, and what its deploy repo knows. Only what deploy-queue writes is ours. */
export interface Model {
  max: number
  open: Change[]
  queue: Entry[]
  /** What is merged, oldest first; by the queue's commits. */
  main: Entry[]
  /** So many of them are verified everywhere. */
  verified: number
  bump: { state: 'open' | 'merged'; carries: number; failed: boolean } | undefined
  held: boolean
  frozen: boolean
  known: boolean
  /** What is written on a commit. */
  said: Map<string, QueueStatus['state']>
  /** Runs of deploy-queue that have read, and have not written yet. */
  runs: Run[]
  count: number
}

interface Run {
  built: Entry[]
  judged: Map<string, QueueStatus['state']> | undefined
}

export const start = (max: number): Model => ({
  ...{ max, open: [], queue: [], main: [], verified: 0, bump: undefined, held: false, frozen: false, known: true },
  ...{ said: new Map(), runs: [], count: 0 },
})

const headOf = ({ pull }: Change): string => `head-${pull}`
const makesVersion = ({ change }: Entry): boolean => change.kind !== 'docs'

/** Merged, and not verified everywhere. */
export const undeployedOf = ({ main, verified }: Model): Entry[] => main.slice(verified).filter(makesVersion)

/** What can happen, to upstream, to the deploy repo, and to deploy-queue's own runs. Where it makes no sense, nothing does. */
export const events = {
  plain: (model: Model) => propose(model, 'plain'),
  fix(model: Model) {
    const fix = propose(model, 'fix')
    look(model)
    enqueue(model, fix)
  },
  docs: (model: Model) => propose(model, 'docs'),
  urgent: (model: Model) => propose(model, 'urgent'),
  queue: (model: Model) => enqueue(model, model.open[0]),
  'queue the newest': (model: Model) => enqueue(model, model.open.at(-1)),
  jump(model: Model) {
    const last = model.queue.pop()
    if (last) rebuild(model, [last, ...model.queue])
  },
  /** Its own tests fail, which is no business of deploy-queue's. */
  'tests fail': (model: Model) => rebuild(model, model.queue.slice(1)),
  merge: settle,
  propose(model: Model) {
    if (!model.held && undeployedOf(model).length > 0)
      model.bump ??= { state: 'open', carries: model.main.length, failed: false }
  },
  deploy(model: Model) {
    if (model.bump?.state === 'open') model.bump.state = 'merged'
  },
  verify(model: Model) {
    if (model.bump?.state !== 'merged' || model.bump.failed || model.frozen) return
    model.verified = Math.max(model.verified, model.bump.carries)
    model.bump = undefined
  },
  'all goes well'(model: Model) {
    for (const step of [look, settle, events.propose, events.deploy, events.verify]) step(model)
  },
  'all goes wrong'(model: Model) {
    for (const step of [look, settle, events.propose, events.deploy, events.fail, events['go back']]) step(model)
  },
  fail(model: Model) {
    if (model.bump?.state === 'merged') model.bump.failed = true
  },
  'go back'(model: Model) {
    if (!model.bump?.failed) return
    model.held = true
    model.bump = undefined
  },
  'close the hold'(model: Model) {
    model.held = false
  },
  freeze(model: Model) {
    model.frozen = true
  },
  thaw(model: Model) {
    model.frozen = false
  },
  'lose sight'(model: Model) {
    model.known = false
  },
  'see again'(model: Model) {
    model.known = true
  },
  look,
  // A run in its three parts, between which anything may happen, and of which the last may come late, or never.
  'run begins': (model: Model) => void model.runs.push({ built: [...model.queue], judged: undefined }),
  'run reads'(model: Model) {
    const run = model.runs.find(({ judged }) => judged === undefined)
    if (run) run.judged = judge(model, run.built)
  },
  'run writes'(model: Model) {
    const index = model.runs.findIndex(({ judged }) => judged !== undefined)
    for (const [sha, state] of model.runs.splice(index, index < 0 ? 0 : 1)[0]?.judged ?? []) model.said.set(sha, state)
  },
} satisfies Record<string, (model: Model) => void>

export type EventName = keyof typeof events

/** deploy-queue runs from its beginning to its end. */
export function look(model: Model): void {
  for (const [sha, state] of judge(model, model.queue)) model.said.set(sha, state)
}

/** Opens a pull request, approved by whoever has to. */
export function propose(model: Model, kind: Kind): Change {
  const [broken] = undeployedOf(model)
  const body = kind === 'fix' && broken ? `Fixes #${broken.change.pull}` : ''
  // What repairs nothing is a change like any other.
  const change = { pull: ++model.count, kind: kind === 'fix' && !broken ? 'plain' : kind, body }
  model.open.push(change)
  return change
}

/** GitHub takes into the queue what is green by itself. */
export function enqueue(model: Model, change: Change | undefined): void {
  if (!change || model.said.get(headOf(change)) !== 'success') return
  model.open = model.open.filter((one) => one !== change)
  model.queue.push(build(model, change, model.queue))
}

/** GitHub merges from the front as long as that is green, and throws out what is red. */
export function settle(model: Model): void {
  const isRed = ({ sha }: Entry): boolean => ['failure', 'error'].includes(model.said.get(sha) ?? '')
  for (;;) {
    const red = model.queue.find(isRed)
    const [first] = model.queue
    if (red)
      rebuild(
        model,
        model.queue.filter((one) => one !== red),
      )
    else if (first && model.said.get(first.sha) === 'success') model.main.push(...model.queue.splice(0, 1))
    else return
  }
}

/** The queue anew: what was built on something else is built again, with no word about it. */
function rebuild(model: Model, wanted: Entry[]): void {
  model.open.push(...model.queue.filter((one) => !wanted.includes(one)).map(({ change }) => change))
  model.queue = []
  for (const { change } of wanted) model.queue.push(build(model, change, model.queue))
}

const build = (model: Model, change: Change, before: Entry[]): Entry => ({
  ...{ change, sha: `queue-${change.pull}-${++model.count}`, on: before.map(({ sha }) => sha) },
})

/** What deploy-queue's own code says of every head, by what is so now and by the queue as it was read before. */
function judge(model: Model, built: Entry[]): Map<string, QueueStatus['state']> {
  const merged = new Set(model.main.map(({ sha }) => sha))
  const queued = built.map((entry) => {
    const within = entry.on.filter((sha) => !merged.has(sha))
    return { entry, ahead: built.filter(({ sha }) => within.includes(sha)).length }
  })
  const heads = [
    ...model.open.map((change) => toHead(change, headOf(change), undefined)),
    ...queued.map(({ entry, ahead }) => toHead(entry.change, entry.sha, { ahead })),
  ]
  const queue = queueOf(model)
  const undeployed = 'max' in queue ? queue.undeployed : []
  const queues = { queues: [queue], undeployed, exceptions: ['urgent'], repo: 'acme/hub' }
  const makes = new Map(
    [...model.open, ...built.map(({ change }) => change)].map(({ pull, kind }) => [
      pull,
      kind === 'docs' ? [] : ['hub'],
    ]),
  )
  return new Map(evaluateHeads(heads, queues, makes).map(({ head, verdict }) => [head.sha, verdict.state]))
}

const toHead = ({ pull, kind, body }: Change, sha: string, queued: UpstreamHead['queued']): UpstreamHead => ({
  ...{ sha, pull, ready: true, queued, title: '', body, present: undefined },
  labels: kind === 'urgent' ? ['urgent'] : [],
})

const toUndeployed = ({ change, sha }: Entry): UndeployedChange => ({
  ...{ pull: change.pull, commit: sha, duty: 'ada', since: undefined },
})

function queueOf(model: Model): QueueState | UnknownQueue {
  const { max, bump, held, frozen, known } = model
  if (!known) return { component: 'hub', problem: 'GitHub did not answer.' }
  const undeployed = undeployedOf(model).map(toUndeployed)
  const stage = rolloutStatusOf({
    ...{ inMain: bump?.state === 'merged', bump: { pull: 3, url: '', since: '' }, clusters: [], runsUrl: '' },
    failed: bump?.failed ? 'staging' : undefined,
  })
  const blocker = (kind: Blocker['kind']): Blocker => ({ kind, number: 7, title: '', url: '', hold: undefined })
  const blockers = [...(frozen ? [blocker('deploy-freeze')] : []), ...(held ? [blocker('version-blocked')] : [])]
  const shut = blockedBy(blockers, { name: 'hub' } as Component)
  return { component: 'hub', max, undeployed, stage, shut, usual: undefined, window: undefined }
}
