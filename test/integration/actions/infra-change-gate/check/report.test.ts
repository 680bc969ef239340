import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GateVerdict } from '../../../../../actions/infra-change-gate/check/decide.js'
import { reportCheck } from '../../../../../actions/infra-change-gate/check/report.js'
import { checkViolation } from '../../../../../rehearsal/github/required-check.js'
import type { Repo } from '../../../../../rehearsal/github/state.js'
import { externalId, gateCheckName, noDigest } from '../../../../../shared/records/gate-check.js'
import { at, commitFile, deploy, type EmulatorFixture, startEmulatorFixture } from '../../../../fixtures/emulator.js'

let fixture: EmulatorFixture

beforeAll(async () => {
  fixture = await startEmulatorFixture()
  Object.assign(fixture.github.repository(deploy), { requiredCheck: { name: gateCheckName, appId: fixture.gate.id } })
})
afterAll(() => fixture[Symbol.asyncDispose]())

const verdict = (conclusion: GateVerdict['conclusion'], title = conclusion as string): GateVerdict => ({
  ...{ conclusion, reason: 'ok', title, why: 'Because.', next: 'Nothing.' },
})

// C4: each of the ways in which GitHub may treat a completed check run.
describe.each(['changes', 'stays', 'refused'] as const)('where a completed check run %s', (completedCheck) => {
  test('the newest of this name by the App says what was found last', async () => {
    fixture.github.openRows.completedCheck = completedCheck
    const gate = fixture.client(await fixture.gateToken())
    const head = await commitFile(fixture.client(fixture.ada.token), completedCheck, `${completedCheck}.txt`, '1')
    const id = externalId({ pr: 7, base: head, digest: noDigest, tier: 'T1' })
    const report = (said: GateVerdict, about = id, pull = 7) =>
      reportCheck(gate, { repo: deploy, pull, head, externalId: about, app: fixture.gate }, said)
    const runs = async () => {
      const { data } = await gate.rest.checks.listForRef({ ...at, ref: head, filter: 'all' })
      return data.check_runs.map(({ conclusion, output }) => `${conclusion} ${output.title}`)
    }
    const refused = (): string | undefined => checkViolation(fixture.github.repository(deploy) as Repo, head)

    expect(await report(verdict('failure'))).toBeUndefined()
    expect(await report(verdict('failure', 'another text'))).toEqual(expect.any(String))
    expect(await runs()).toEqual(['failure another text'])
    expect(refused()).toContain('is failing')

    await report(verdict('success'))
    expect(refused()).toBeUndefined()
    await report(verdict('failure'))
    expect(refused()).toContain('is failing')
    expect(await runs()).toEqual(['failure failure', 'success success', 'failure another text'])
  })
})

test('another digest is another check run, and the commit was judged first when the oldest was made', async () => {
  fixture.github.openRows.completedCheck = 'changes'
  const gate = fixture.client(await fixture.gateToken())
  const head = await commitFile(fixture.client(fixture.ada.token), 'digest', 'digest.txt', '1')
  const about = (tier: 'T1' | 'T2') => externalId({ pr: 8, base: head, digest: noDigest, tier })
  const subject = { repo: deploy, pull: 8, head, app: fixture.gate }
  const old = {
    ...at,
    name: gateCheckName,
    head_sha: head,
    external_id: about('T1'),
    started_at: '2026-01-02T03:04:05Z',
  }
  await gate.rest.checks.create({ ...old, status: 'completed', conclusion: 'success' })

  expect(await reportCheck(gate, { ...subject, externalId: about('T2') }, verdict('success'))).toBe(old.started_at)
  const { data } = await gate.rest.checks.listForRef({ ...at, ref: head, filter: 'all' })
  expect(data.check_runs.map(({ external_id }) => external_id)).toEqual([about('T2'), about('T1')])
})
