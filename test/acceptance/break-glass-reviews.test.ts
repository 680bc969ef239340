import { afterAll, beforeAll, expect, test } from 'vitest'
import { definition } from '../../actions/infra-change-gate/io.js'
import { infraChangeGate } from '../../actions/infra-change-gate/run.js'
import type { User } from '../../rehearsal/github/types.js'
import { asked, comment, day, later, proposeIngress, say } from '../fixtures/gate-commands.js'
import { gateRendered } from '../fixtures/gate-runs.js'
import { policyPath, type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'
import { runInProcess } from '../fixtures/run-in-process.js'

let testGitHub: TestGitHub
let pair: RepositoryPair
let [olga, otto, mal]: User[] = []
let debt: number
let pull: number

/** olga breaks the glass for a careful change. */
beforeAll(async () => {
  testGitHub = await startTestGitHub()
  ;[olga, otto, mal] = ['olga', 'otto', 'mal'].map((login) => testGitHub.createUser(login))
  pair = await testGitHub.repositoryPair(
    (policy) => policy.replace('operators: [ada]', 'operators: [olga, otto]'),
    ['olga', 'otto'],
  )
  pull = await proposeIngress(pair, '4.11.0', '4.12.0')
  await say(pair, olga, pull, '/break-glass https://example.org/incident/1 nobody gets in')
  const { data } = await asked(pair, olga).rest.issues.listForRepo({ ...pair.deployAt, labels: 'deploy-break-glass' })
  debt = data[0]?.number ?? 0
})
afterAll(async () => {
  await pair[Symbol.asyncDispose]()
  await testGitHub[Symbol.asyncDispose]()
})

/** As holds.yml after somebody closed it: whether it is open, and what the gate said last. */
async function closedBy(by: User | undefined): Promise<{ state: string; said: string }> {
  const { rest } = asked(pair, by)
  const issue = { ...pair.deployAt, issue_number: debt }
  await rest.issues.update({ ...issue, state: 'closed' })
  await kept()
  const { data } = await rest.issues.get(issue)
  const { data: comments } = await rest.issues.listComments(issue)
  return { state: data.state, said: comments.at(-1)?.body ?? '' }
}

async function kept(): Promise<void> {
  const start = await pair.starts.gate(0, { mode: 'reconcile', 'pull-request': '' })
  expect((await runInProcess(definition, infraChangeGate, start)).code).toBe(0)
}

const shut = 'a review of an earlier break\\-glass'
async function inAWeek(): Promise<string> {
  await gateRendered(pair, pull, { now: later(8 * day) })
  return comment(pair, pull)
}

test('whoever broke the glass cannot close it, nor who is no operator: it is opened again and says whose word it takes', async () => {
  const own = await closedBy(olga)
  expect(own.state).toBe('open')
  expect(own.said).toContain('was closed by olga, who used break\\-glass, so it was reopened.')
  expect(own.said).toContain('an operator closes it, but not olga: olga, otto')

  const stranger = await closedBy(pair.ada)
  expect(stranger.state).toBe('open')
  expect(stranger.said).toContain('was closed by ada, who is not an operator')
  expect(await inAWeek()).toContain(shut)

  // Said once for each time that it was closed.
  await kept()
  const { data } = await asked(pair, mal).rest.issues.listComments({ ...pair.deployAt, issue_number: debt })
  expect(data).toHaveLength(2)
})

test('another operator closes it, which stays so when they are none any more', async () => {
  expect(await inAWeek()).toContain(shut)

  const said = expect.stringContaining('Closed by otto, who is an operator: it counts as closed.')
  expect(await closedBy(otto)).toEqual({ state: 'closed', said })
  expect(await inAWeek()).not.toContain(shut)

  const policy = ((await pair.deployed(policyPath)) ?? '').replace('[olga, otto]', '[olga]')
  await pair.push({ [policyPath]: policy })
  await kept()
  const { data } = await asked(pair, mal).rest.issues.get({ ...pair.deployAt, issue_number: debt })
  expect(data.state).toBe('closed')
  expect(await inAWeek()).not.toContain(shut)
})
