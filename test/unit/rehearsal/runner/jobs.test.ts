import { expect, test } from 'vitest'
import type { Json } from '../../../../rehearsal/runner/expression.js'
import { groupPlaces } from '../../../../rehearsal/runner/group-places.js'
import { environmentOf, jobOutputs, timeoutOf } from '../../../../rehearsal/runner/job-values.js'
import { type JobOutcome, type JobRequest, runWorkflow, type Unsettled } from '../../../../rehearsal/runner/jobs.js'
import { parseWorkflow } from '../../../../rehearsal/runner/workflow.js'

type Play = (request: JobRequest, signal: AbortSignal) => Partial<JobOutcome> | Promise<Partial<JobOutcome>>

/** Runs a workflow whose jobs do what `play` says, and tells what became of each. */
async function play(
  jobs: string,
  how: Play = () => ({}),
  called: Record<string, string> = {},
  stop = new AbortController(),
  unsettled: Unsettled = {},
  before?: ReadonlyMap<string, JobOutcome>,
) {
  const outcomes = new Map<string, JobOutcome>(before)
  const told: Record<string, string> = {}
  const places = groupPlaces()
  const workflow = parseWorkflow('main.yml', `on: push\npermissions: { contents: read }\njobs:\n${jobs}`)
  const outcome = await runWorkflow(
    {
      workflow,
      inputs: {},
      given: { kind: 'all', secrets: { A: 'a' } },
      allowed: undefined,
      unsaid: {},
      prefix: '',
      github: { actor: 'ada' } as Json,
      vars: {},
    },
    {
      signal: stop.signal,
      unsettled,
      async run(request, signal) {
        const outcome: JobOutcome = { result: 'success', outputs: {}, ...(await how(request, signal)) }
        told[request.name] = outcome.result
        return outcome
      },
      note: (name, result, reason) => {
        told[name] = reason === undefined ? result : `${result}: ${reason}`
      },
      enter: (name, ...wanted) => places.enter(`run 1 ${name}`, ...wanted),
      load: async (uses) => parseWorkflow(uses, called[uses] ?? ''),
      remember: (name, ended) => void outcomes.set(name, ended),
      ...(before ? { before: (name: string) => before.get(name) } : {}),
    },
  )
  return { told, outcome, outcomes }
}

const job = (more: string): string => `{ runs-on: ubuntu-latest, steps: [{ run: echo }], ${more} }`
const fails =
  (...names: string[]): Play =>
  (request) => ({ result: names.includes(request.name) ? 'failure' : 'success' })

test('what follows a failed job is skipped, unless it asks to run', async () => {
  const { told, outcome } = await play(
    `  a: ${job('')}\n  b: ${job('needs: a')}\n  c: ${job('needs: [a, b], if: "always()"')}\n  d: ${job('needs: b, if: "failure()"')}\n`,
    fails('a'),
  )
  expect(told).toEqual({ a: 'failure', b: 'skipped', c: 'success', d: 'success' })
  expect(outcome.result).toBe('failure')
})

test('a skipped ancestor skips what comes after a job that ran nevertheless', async () => {
  const { told } = await play(
    `  a: ${job('if: false')}\n  b: ${job('needs: a, if: "!cancelled()"')}\n  c: ${job('needs: b')}\n`,
  )
  expect(told).toEqual({ a: 'skipped', b: 'success', c: 'skipped' })
})

test('outputs reach the jobs that need them, and a matrix is made of them', async () => {
  const { told } = await play(
    `  plan: ${job('')}\n  wave: ${job('needs: plan, strategy: { matrix: { cluster: "${{ fromJSON(needs.plan.outputs.list) }}" } }')}\n`,
    () => ({ outputs: { list: '["a","b"]' } }),
  )
  expect(told).toEqual({ plan: 'success', 'wave (a)': 'success', 'wave (b)': 'success' })
})

test('an empty matrix fails its job; an if before it can prevent that', async () => {
  const wave = (more: string): string =>
    job(`needs: plan, ${more} strategy: { matrix: { c: "\${{ fromJSON(needs.plan.outputs.rest) }}" } }`)
  const { told } = await play(
    `  plan: ${job('')}\n  bare: ${wave('')}\n  guarded: ${wave('if: "needs.plan.outputs.rest != \'[]\'",')}\n`,
    () => ({ outputs: { rest: '[]' } }),
  )
  expect(told.bare).toContain('does not contain any values')
  expect(told.guarded).toBe('skipped')
})

test('a failure ends its siblings in a matrix, unless fail-fast is off', async () => {
  const matrix = (more: string): string => `  a: ${job(`strategy: { matrix: { n: [1, 2] }${more} }`)}\n`
  const how: Play = async ({ matrix: { n } }, signal) => {
    if (n === 1) return { result: 'failure' }
    await Promise.resolve()
    return { result: signal.aborted ? 'cancelled' : 'success' }
  }
  expect((await play(matrix(', max-parallel: 1'), how)).told).toEqual({ 'a (1)': 'failure', 'a (2)': 'cancelled' })
  expect((await play(matrix(', max-parallel: 1, fail-fast: false'), how)).told).toEqual({
    'a (1)': 'failure',
    'a (2)': 'success',
  })
})

const called = (permissions: string) => ({
  './w.yml': `
on:
  workflow_call:
    inputs: { cluster: { type: string, required: true } }
    outputs: { said: { value: "\${{ jobs.deploy.outputs.said }}" } }
jobs:
  deploy: { runs-on: ubuntu-latest, ${permissions} steps: [{ run: echo }] }
  record: { runs-on: ubuntu-latest, needs: deploy, if: always(), steps: [{ run: echo }] }
`,
})
const calls =
  '  wave: { uses: ./w.yml, strategy: { matrix: { c: [a, b] } }, with: { cluster: "${{ matrix.c }}" }, secrets: inherit }\n'

test('a called workflow runs once a combination, and gives back its outputs and the worst result', async () => {
  const { told, outcome } = await play(
    `${calls}  next: ${job('needs: wave')}\n  tell: ${job('needs: wave, if: always()')}\n`,
    ({ name, contexts, id }) => {
      if (id === 'tell')
        expect(contexts.needs).toMatchObject({ wave: { result: 'failure', outputs: { said: 'I am b' } } })
      return {
        result: name === 'wave (a) / deploy' ? 'failure' : 'success',
        outputs: id === 'deploy' ? { said: `I am ${(contexts.inputs as { cluster: string }).cluster}` } : {},
      }
    },
    { './w.yml': called('')['./w.yml'] },
  )
  expect(told).toMatchObject({
    'wave (a) / deploy': 'failure',
    'wave (a) / record': 'success',
    next: 'skipped',
    tell: 'success',
  })
  expect(outcome.result).toBe('failure')
})

// A14
test.each<[Unsettled, string]>([
  [{}, 'I am a'],
  [{ callOutputs: 'successful' }, 'I am a'],
  [{ callOutputs: 'all' }, 'I am b'],
])('of several calls, the outputs with %j are those of the last that counts', async (unsettled, said) => {
  let seen: unknown
  await play(
    `${calls}  tell: ${job('needs: wave, if: always()')}\n`,
    async ({ name, contexts, id }) => {
      if (id === 'tell') seen = contexts.needs
      if (name === 'wave (b) / deploy') await new Promise((resolve) => setTimeout(resolve, 5))
      return {
        result: name === 'wave (b) / record' ? 'failure' : 'success',
        outputs: id === 'deploy' ? { said: `I am ${(contexts.inputs as { cluster: string }).cluster}` } : {},
      }
    },
    { './w.yml': called('')['./w.yml'] },
    undefined,
    unsettled,
  )
  expect(seen).toEqual({ wave: { result: 'failure', outputs: { said } } })
})

// A13
test.each<[Unsettled, number]>([
  [{}, 1],
  [{ callsAtOnce: 'max-parallel' }, 1],
  [{ callsAtOnce: 'all' }, 2],
])('calls at once with %j and max-parallel: 1', async (unsettled, expected) => {
  let [running, most] = [0, 0]
  await play(
    calls.replace('strategy: {', 'strategy: { max-parallel: 1,'),
    async ({ id }) => {
      if (id !== 'deploy') return {}
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running -= 1
      return {}
    },
    { './w.yml': called('')['./w.yml'] },
    undefined,
    unsettled,
  )
  expect(most).toBe(expected)
})

test('a called workflow may not ask for more than its caller has', async () => {
  const { told } = await play(calls, () => ({}), called('permissions: { contents: write },'))
  expect(Object.values(told).join()).toContain('asks for contents: write')
})

test('a called workflow has what was passed to it, and lacks a required input with an error', async () => {
  const given: unknown[] = []
  await play(
    calls.replace(', secrets: inherit', ''),
    (request) => {
      given.push(request.given)
      return {}
    },
    called(''),
  )
  expect(given[0]).toEqual({ kind: 'named', secrets: {} })
  const { told } = await play('  wave: { uses: ./w.yml }\n', () => ({}), called(''))
  expect(told.wave).toContain('"cluster" was not provided')
})

test('once cancelled, only what always runs still runs', async () => {
  const stop = new AbortController()
  const { told, outcome } = await play(
    `  a: ${job('')}\n  b: ${job('needs: a')}\n  c: ${job('needs: a, if: always()')}\n`,
    ({ id }, signal) => {
      if (id === 'a') stop.abort()
      return { result: signal.aborted ? 'cancelled' : 'success' }
    },
    {},
    stop,
  )
  expect(told).toEqual({ a: 'cancelled', b: 'cancelled', c: 'success' })
  expect(outcome.result).toBe('cancelled')
})

test('outputs of a job come from its steps', () => {
  const { jobs } = parseWorkflow(
    'x.yml',
    `on: push\njobs: { a: ${job('outputs: { x: "${{ steps.s.outputs.y }}!", z: plain }')} }\n`,
  )
  if (!jobs.a) throw new Error('no job')
  expect(jobOutputs(jobs.a, { steps: { s: { outputs: { y: 'yes' } } } })).toEqual({ x: 'yes!', z: 'plain' })
})

test('environment and timeout of a job may be expressions', () => {
  const more =
    'environment: { name: "${{ inputs.cluster }}", deployment: false }, timeout-minutes: "${{ inputs.minutes }}"'
  const { jobs } = parseWorkflow('x.yml', `on: push\njobs: { a: ${job(more)}, b: ${job('')} }\n`)
  if (!jobs.a || !jobs.b) throw new Error('no job')
  expect(environmentOf(jobs.a, { inputs: { cluster: 'staging', minutes: 2 } })).toBe('staging')
  expect(timeoutOf(jobs.a, { inputs: { cluster: 'staging', minutes: 2 } })).toBe(120_000)
  expect(environmentOf(jobs.b, {})).toBeUndefined()
})

test('a job that cannot be run fails under its own name, and the others of its matrix end in order', async () => {
  const { told, outcome } = await play(
    `  a: ${job('strategy: { fail-fast: false, matrix: { n: [1, 2] } }')}\n`,
    ({ matrix: { n } }) => {
      if (n === 1) throw new Error('not allowed to deploy')
      return {}
    },
  )
  expect(told).toEqual({ 'a (1)': 'failure: not allowed to deploy', 'a (2)': 'success' })
  expect(outcome.result).toBe('failure')
})

test('only failed jobs and what needs them run again, also in a called workflow; what says nothing keeps its outputs', async () => {
  const called = {
    './called.yml': `on: { workflow_call: { outputs: { x: { value: "\${{ jobs.inner.outputs.x }}" } } } }\njobs: { inner: ${job('outputs: { x: y }')} }`,
  }
  const jobs = [
    `  a: ${job('')}`,
    `  b: ${job('outputs: { one: x, two: x }')}`,
    `  c: ${job('needs: b, if: "always()"')}`,
    `  d: ${job('needs: a')}`,
    `  e: { needs: b, if: "always()", uses: ./called.yml }`,
    `  f: { needs: a, uses: ./called.yml }`,
    '',
  ].join('\n')
  const asked: Record<string, Json> = {}
  const how =
    (b: Partial<JobOutcome>): Play =>
    (request) => {
      asked[request.name] = request.contexts.needs ?? null
      return request.name === 'b' ? b : { outputs: { x: 'inner' } }
    }
  const first = await play(jobs, how({ result: 'failure', outputs: { one: 'first', two: 'first' } }), called)
  for (const name of Object.keys(asked)) delete asked[name]
  const second = await play(
    jobs,
    how({ result: 'failure', outputs: { one: '', two: 'second' } }),
    called,
    undefined,
    {},
    first.outcomes,
  )
  expect(Object.keys(asked).sort()).toEqual(['b', 'c', 'e / inner'])
  expect(second.told).toEqual({ ...first.told })
  expect(asked['c']).toEqual({ b: { result: 'failure', outputs: { one: 'first', two: 'second' } } })

  const third = await play(
    jobs,
    how({ result: 'success', outputs: { two: 'third' } }),
    called,
    undefined,
    {},
    second.outcomes,
  )
  expect(asked['c']).toEqual({ b: { result: 'success', outputs: { two: 'third' } } })
  expect(third.outcome.result).toBe('success')
})

test('jobs in a group of their own, in called workflows of one matrix, run one at a time and all of them', async () => {
  const target = `on: { workflow_call: { inputs: { cluster: { type: string } } } }
jobs:
  deploy: { runs-on: ubuntu-latest, concurrency: { group: t3, queue: max }, steps: [{ run: echo }] }
`
  let [atOnce, most] = [0, 0]
  const { told } = await play(
    `  wave: { strategy: { matrix: { cluster: [a, b, c] } }, uses: ./target.yml }\n`,
    async () => {
      atOnce += 1
      most = Math.max(most, atOnce)
      await new Promise((resolve) => setImmediate(resolve))
      atOnce -= 1
      return {}
    },
    { './target.yml': target },
  )
  expect(told).toEqual({
    'wave (a) / deploy': 'success',
    'wave (b) / deploy': 'success',
    'wave (c) / deploy': 'success',
  })
  expect(most).toBe(1)
})

test('of such jobs without a queue, GitHub cancels the one that waits', async () => {
  const { told } = await play(
    `  wave: ${job('concurrency: t3, strategy: { matrix: { cluster: [a, b, c] } }')}\n`,
    async () => {
      await new Promise((resolve) => setImmediate(resolve))
      return {}
    },
  )
  expect(Object.values(told).toSorted()).toEqual(['cancelled', 'success', 'success'])
})

test('a job whose group its caller holds is cancelled, and says why', async () => {
  const target = `on: { workflow_call: {} }
jobs:
  deploy: { runs-on: ubuntu-latest, concurrency: t3, steps: [{ run: echo }] }
`
  const { told } = await play(`  wave: { uses: ./target.yml, concurrency: T3 }\n`, () => ({}), {
    './target.yml': target,
  })
  expect(told['wave / deploy']).toContain('deadlock')
})
