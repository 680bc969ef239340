import { afterAll, beforeAll, expect, test } from 'vitest'
import { appNumbers, repoNames } from '../../rehearsal/fixtures/names.js'
import { type DoctorScene, playDoctor } from '../../rehearsal/scenarios/doctor.js'
import { newExpectations } from '../../rehearsal/scenarios/expectations.js'
import { requireQueue } from '../../rehearsal/scenarios/queue.js'
import { type AttackedInstallation, startAttackedInstallation } from '../fixtures/attacked-installation.js'

let installation: AttackedInstallation

beforeAll(async () => {
  installation = await startAttackedInstallation()
})
afterAll(() => installation[Symbol.asyncDispose]())

async function play(): Promise<{ met: boolean; shown: string; told: string }> {
  const expected = newExpectations()
  const told: string[] = []
  const timeline: DoctorScene['timeline'] = {
    tell: ({ what }) => void told.push(what),
    waitFor: () => {},
    end: () => {},
  }
  await playDoctor({ installation, timeline, expectations: expected })
  return { met: expected.allMet(), shown: expected.show(), told: told.at(-1) ?? '' }
}

test('doctor.yml looks at the world as it is set up, and objects once something is not in force', async () => {
  requireQueue({ installation }, true)
  const healthy = await play()
  expect(healthy).toMatchObject({ met: true, told: expect.stringMatching(/^\d+ settings are in force, 0 are not, /) })

  installation.emulator.changeApp(appNumbers.gate, { deviceFlow: true })
  expect((await play()).shown).toContain('The device flow of the gate App is off')
  installation.emulator.changeApp(appNumbers.gate, { deviceFlow: false })
  // Any pushed branch could read the keys now.
  const environment = installation.emulator.repository(repoNames.deploy).environments.get('lockstep')
  if (!environment) throw new Error('There is no environment "lockstep"')
  environment.branches = []
  const ill = await play()
  expect(ill.met).toBe(false)
  expect(ill.shown).toContain('lockstep')
  requireQueue({ installation }, false)
  expect((await play()).shown).toContain('the deploy queue is required')
  expect(installation.touched).toEqual([])
})
