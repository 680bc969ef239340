import { afterAll, beforeAll, expect, test } from 'vitest'
import { actionsRuns } from '../../../../rehearsal/probe/actions-runs.js'
import { type ProbeFixture, startProbeFixture } from '../../../fixtures/probe-session.js'

let fixture: ProbeFixture
beforeAll(async () => {
  fixture = await startProbeFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

test.each(actionsRuns.map(({ row }) => row))(
  '%s is as expected on the emulator',
  async (row) => {
    const { kind, told } = await fixture.verdict(row)
    expect(`${kind}: ${told}`).toMatch(/^expected: /)
  },
  60_000,
)

test('A13 and A14 differ where the switches of the runner are turned', async () => {
  await using other = await startProbeFixture({ unsettled: { callsAtOnce: 'all', callOutputs: 'all' } })
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
    await (await fixture.session()).place('plain')
    fixture.github.faults.next({ kind: 'answer', body, match: { method: 'GET', path } })
    expect(await fixture.verdict(row)).toMatchObject({ kind: 'differs', told })
  },
  60_000,
)

const ended = { status: 'completed', run_attempt: 2, actor: { login: 'ada' }, display_title: 'other' }

/** The workflow that a job started last, and the one that was made right after it, which listens to its end. */
function started(): [string, string] {
  const { workflow } = fixture.github.events.findLast(({ name }) => name === 'workflow_dispatch')?.payload ?? {}
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
    await (await fixture.session()).place('plain')
    fixture.github.faults.next({ kind: 'answer', body, match: { method: 'GET', path }, times: 1000 })
    const verdict = await fixture.verdict(row)
    fixture.github.faults.clear()
    expect(verdict).toMatchObject({ kind: 'differs', told: expect.stringMatching(new RegExp(`^${told}`)) })
  },
  60_000,
)
