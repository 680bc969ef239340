import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Change,
  type EventName,
  enqueue,
  events,
  look,
  type Model,
  propose,
  settle,
  start,
  undeployedOf,
} from './queue-model.js'

const names = Object.keys(events) as EventName[]
/** The everyday ones are likelier: a queue that is frozen most of the time tells little. */
const everyday: EventName[] = [
  ...(['plain', 'queue', 'merge', 'look', 'look', 'propose', 'deploy', 'fix'] as const),
  ...(['all goes well', 'all goes wrong', 'close the hold'] as const),
]
const event = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...names) },
  { weight: 3, arbitrary: fc.constantFrom(...everyday) },
)
const story = fc.array(event, { maxLength: 80, size: 'max' })

/** The same stories every time: what one run finds, all do. `check` is asked after each event, and says whether all is well. */
function always(check: (model: Model) => boolean, max = 1): void {
  const property = fc.property(story, (happens) => {
    const model = start(max)
    return happens.every((name) => {
      events[name](model)
      return check(model)
    })
  })
  fc.assert(property, { seed: 20261123, numRuns: 300 })
}

/** Asked where a story ends. */
function inTheEnd(check: (model: Model) => void): void {
  const property = fc.property(story, (happens) => {
    const model = start(1)
    for (const name of happens) events[name](model)
    check(model)
  })
  fc.assert(property, { seed: 20261123, numRuns: 300 })
}

const isPlain = ({ change }: { change: Change }): boolean => change.kind === 'plain'
const isGreen = (model: Model, sha: string): boolean => model.said.get(sha) === 'success'

test.each([1, 2])(
  'with a merge queue no more than %i are merged and unverified, or green: whatever happens between reading and writing',
  (max) => {
    always((model) => {
      const merged = undeployedOf(model).filter(isPlain)
      const green = model.queue.filter((entry) => isPlain(entry) && isGreen(model, entry.sha))
      return merged.length + green.length <= max
    }, max)
  },
)

test('a fix of what is not deployed is green at the next look, and merged by the queue, whatever waits there before it', () => {
  inTheEnd((model) => {
    model.known = true
    if (undeployedOf(model).length === 0) return
    const fix = propose(model, 'fix')
    look(model)
    enqueue(model, fix)
    for (let rounds = model.queue.length + 1; rounds > 0; rounds--) {
      look(model)
      settle(model)
    }
    expect(model.main.map(({ change }) => change)).toContain(fix)
  })
})

test('what is not known is never green', () => {
  inTheEnd((model) => {
    model.known = false
    look(model)
    const heads = [
      ...model.open.filter(({ kind }) => kind === 'plain' || kind === 'fix').map(({ pull }) => `head-${pull}`),
    ]
    const queued = model.queue
      .filter(({ change }) => change.kind === 'plain' || change.kind === 'fix')
      .map(({ sha }) => sha)
    expect([...heads, ...queued].filter((sha) => isGreen(model, sha))).toEqual([])
  })
})

test('a freeze or a hold lets nothing through but what repairs, makes no version, or is an exception', () => {
  inTheEnd((model) => {
    model.frozen = true
    look(model)
    const before = model.main.length
    settle(model)
    expect(model.main.slice(before).filter(isPlain)).toEqual([])
  })
})

/** Operators and people on duty do what they have to, and nothing else happens. */
function mend(model: Model): void {
  for (const name of ['see again', 'thaw', 'close the hold'] as const) events[name](model)
  for (let rounds = model.queue.length + 2; rounds > 0; rounds--) {
    look(model)
    settle(model)
    for (const name of ['go back', 'close the hold', 'propose', 'deploy', 'verify'] as const) events[name](model)
  }
}

test('once everything is verified, everything is green again, and nobody is left in the queue', () => {
  inTheEnd((model) => {
    mend(model)
    look(model)
    expect([model.queue, undeployedOf(model)]).toEqual([[], []])
    expect(model.open.filter(({ pull }) => !isGreen(model, `head-${pull}`))).toEqual([])
  })
})

test('these stories come everywhere: what they never reach, they say nothing about', () => {
  const seen = new Set<string>()
  always((model) => {
    if (model.held && model.queue.length > 1) seen.add('a queue behind a failure')
    if (model.main.length > 2 && model.verified > 1) seen.add('several deploys')
    if (model.queue.length > 1 && model.queue.some((entry) => entry.change.kind === 'fix'))
      seen.add('a fix in the queue')
    if (model.runs.some(({ judged }) => judged !== undefined) && model.queue.length > 0) seen.add('a run that is late')
    if (undeployedOf(model).length > 1) seen.add('two undeployed')
    if (!model.known && model.queue.length > 0) seen.add('a queue that nobody knows about')
    return true
  })
  expect(seen.size, [...seen].join(', ')).toBe(6)
})
