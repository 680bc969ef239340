import { afterAll, beforeAll, expect, test } from 'vitest'
import { actionsRuns } from '../../../../rehearsal/probe/actions-runs.js'
import { type ProbeWorld, startProbeWorld } from '../../../unit/rehearsal/probe/probe-world.js'

let world: ProbeWorld
beforeAll(async () => {
  world = await startProbeWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

test.each(actionsRuns.map(({ row }) => row))(
  '%s is as expected on the emulator',
  async (row) => {
    const { kind, told } = await world.verdict(row)
    expect(`${kind}: ${told}`).toMatch(/^expected: /)
  },
  60_000,
)

test('A13 and A14 differ where the switches of the runner are turned', async () => {
  await using other = await startProbeWorld({ unsettled: { callsAtOnce: 'all', callOutputs: 'all' } })
  expect(await other.verdict('A13')).toMatchObject({ kind: 'differs', told: 'at once' })
  expect(await other.verdict('A14')).toMatchObject({ kind: 'differs', told: 'that of one that failed' })
}, 60_000)

const deployment = { creator: { login: 'ada' }, payload: {} }

test.each<[string, string | RegExp, unknown, string]>([
  ['I6', '*/deployments', [deployment], 'one by ada, payload {}'],
  ['A8', '*/deployments', [deployment], 'a Deployment'],
])(
  '%s differs where GitHub answers otherwise',
  async (row, path, body, told) => {
    await (await world.world()).place('plain')
    world.github.faults.next({ kind: 'answer', body, match: { method: 'GET', path } })
    expect(await world.verdict(row)).toMatchObject({ kind: 'differs', told })
  },
  60_000,
)

const ended = { status: 'completed', run_attempt: 2, actor: { login: 'ada' }, display_title: 'other' }

/** The workflow that a job started last, and the one that was made right after it, which listens to its end. */
function started(): [string, string] {
  const { workflow } = world.github.events.findLast(({ name }) => name === 'workflow_dispatch')?.payload ?? {}
  return [String(workflow), String(workflow).replace(/\d+(?=\.yml$)/, (number) => String(Number(number) + 1))]
}

const runsBy = (login: string) => ({
  toJSON: () => ({
    workflow_runs: started().map((path) => ({ path, status: 'completed', triggering_actor: { login } })),
  }),
})

test.each<[string, RegExp, unknown, string]>([
  ['A4', /actions\/runs\?per_page/, runsBy('github-actions[bot]'), 'heard'],
  ['A6', /actions\/runs\/\d+$/, ended, 'other'],
  ['A10', /actions\/runs\/\d+$/, { ...ended, conclusion: 'failure' }, 'failure'],
  ['A17', /_logs\//, 'heard::', 'none'],
  ['A35', /_logs\//, 'heard:first:', 'that of the first attempt'],
  ['C12', /actions\/runs\/\d+$/, ended, 'a run by ada'],
  ['I13', /actions\/runs\?per_page/, runsBy('ada'), 'ada'],
])(
  '%s differs where GitHub always answers otherwise',
  async (row, path, body, told) => {
    await (await world.world()).place('plain')
    world.github.faults.next({ kind: 'answer', body, match: { method: 'GET', path }, times: 1000 })
    const verdict = await world.verdict(row)
    world.github.faults.clear()
    expect(verdict).toMatchObject({ kind: 'differs', told: expect.stringMatching(new RegExp(`^${told}`)) })
  },
  60_000,
)
