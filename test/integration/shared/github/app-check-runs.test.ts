import { expect, test } from 'vitest'
import { appCheckRuns } from '../../../../shared/github/app-check-runs.js'
import { externalId, gateCheckName, noDigest, parseExternalId } from '../../../../shared/records/gate-check.js'
import { at, deploy, type EmulatorFixture, startEmulatorFixture } from '../../../fixtures/emulator.js'

const about = (pr: number): string => externalId({ pr, base: 'b'.repeat(40), digest: noDigest, tier: 'T1' })

async function gateOn(fixture: EmulatorFixture) {
  const gate = fixture.client(await fixture.gateToken())
  const commit = (await gate.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha
  const report = (pr: number, conclusion: 'success' | 'failure') =>
    gate.rest.checks.create({
      ...{ ...at, name: gateCheckName, head_sha: commit, external_id: about(pr) },
      ...{ status: 'completed' as const, conclusion },
    })
  return { gate, report, asked: { repo: deploy, commit, name: gateCheckName, app: fixture.gate.id } }
}

test("a pull request's verdict is found behind more than a hundred of another one with the same head", async () => {
  await using fixture = await startEmulatorFixture()
  const { gate, report, asked } = await gateOn(fixture)
  await report(7, 'failure')
  await report(7, 'success')
  for (let count = 0; count < 101; count += 1) await report(8, 'failure')

  const runs = await appCheckRuns(gate, asked)
  expect(runs).toHaveLength(103)
  const own = runs.find(({ external_id: id }) => parseExternalId(id)?.pr === 7)
  expect(own?.conclusion).toBe('success')
})

test("another App's check run of that name counts for nothing", async () => {
  await using fixture = await startEmulatorFixture()
  const { gate, report, asked } = await gateOn(fixture)
  await report(7, 'success')
  expect(await appCheckRuns(gate, { ...asked, app: fixture.gate.id + 1 })).toEqual([])
})
