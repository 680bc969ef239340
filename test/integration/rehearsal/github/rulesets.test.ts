import { afterAll, beforeAll, expect, test } from 'vitest'
import { at, commitFile, deploy, type EmulatorFixture, startEmulatorFixture } from '../../../fixtures/emulator.js'

let fixture: EmulatorFixture

beforeAll(async () => {
  fixture = await startEmulatorFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

const refusal = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'done',
    (error: Error) => error.message,
  )

test('a ruleset for pull requests only refuses a push of what is green, and not its merge', async () => {
  const settings = fixture.github.repository(deploy)
  Object.assign(settings, { requiredCheck: { name: 'any' }, pullsOnly: true })
  const ada = fixture.client(fixture.ada.token)
  const sha = await commitFile(ada, 'green', 'green.txt', '1')
  const { data: pull } = await ada.rest.pulls.create({ ...at, head: 'green', base: 'main', title: 'Green' })
  const push = (): Promise<string> => refusal(ada.rest.git.updateRef({ ...at, ref: 'heads/main', sha }))
  const merge = (): Promise<string> => refusal(ada.rest.pulls.merge({ ...at, pull_number: pull.number }))
  expect(await push()).toContain(
    'Changes must be made through a pull request.\n\nRequired status check "any" is expected',
  )
  expect(await merge()).toContain('Required status check "any" is expected')

  // From any source a commit status does.
  await ada.rest.repos.createCommitStatus({ ...at, sha, state: 'success', context: 'any' })
  expect(await push()).toContain('Changes must be made through a pull request.')
  expect(await merge()).toBe('done')
})

test('an App on the bypass list passes it by, and only that App sees that it may', async () => {
  const settings = fixture.github.repository(deploy)
  Object.assign(settings, { requiredCheck: { name: 'any', appId: 1 }, pullsOnly: true })
  const gate = fixture.client(await fixture.gateToken())
  const ada = fixture.client(fixture.ada.token)
  const may = async (client: typeof ada): Promise<unknown> => {
    const { data } = await client.rest.repos.getRepoRuleset({ ...at, ruleset_id: 1 })
    return [data.current_user_can_bypass, data.bypass_actors]
  }
  expect(await may(gate)).toEqual(['never', undefined])
  const sha = await commitFile(gate, 'by-app', 'by-app.txt', '1')
  const push = (): Promise<string> => refusal(gate.rest.git.updateRef({ ...at, ref: 'heads/main', sha }))
  expect(await push()).toContain('Repository rule violations found')

  settings.bypassApps = [fixture.gate.id]
  expect(await may(gate)).toEqual(['always', undefined])
  expect(await may(ada)).toEqual(['never', undefined])
  expect(await push()).toBe('done')
})

test('a list that is hidden is absent or null, and an App is told of itself, nothing or "never"', async () => {
  const settings = fixture.github.repository(deploy)
  Object.assign(settings, { requiredCheck: { name: 'any' }, bypassApps: [fixture.gate.id] })
  const gate = fixture.client(await fixture.gateToken())
  const ruleset = async () => (await gate.rest.repos.getRepoRuleset({ ...at, ruleset_id: 1 })).data
  const { openRows } = fixture.github
  expect(await ruleset()).not.toHaveProperty('bypass_actors')

  Object.assign(openRows, { hiddenBypassList: 'null', bypassToldToApps: 'never', anySource: 'null' })
  expect(await ruleset()).toMatchObject({ bypass_actors: null, current_user_can_bypass: 'never' })
  expect(JSON.stringify((await ruleset()).rules)).toContain('"integration_id":null')
  Object.assign(openRows, { bypassToldToApps: 'absent' })
  expect(await ruleset()).not.toHaveProperty('current_user_can_bypass')
  Object.assign(openRows, { hiddenBypassList: 'absent', bypassToldToApps: 'own', anySource: 'absent' })
})

test('classic protection is no ruleset: everybody sees that it is on, admins what it asks for, and a merge obeys it', async () => {
  const settings = fixture.github.repository(deploy)
  delete settings.requiredCheck
  settings.collaborators.set('olga', 'admin')
  const olga = fixture.client(fixture.github.createUser('olga').token)
  const ada = fixture.client(fixture.ada.token)
  const branch = { ...at, branch: 'main' }
  const summary = async () => (await ada.rest.repos.getBranch(branch)).data.protection.enabled
  expect(await summary()).toBe(false)
  expect(await refusal(olga.rest.repos.getBranchProtection(branch))).toContain('Branch not protected')

  settings.classicProtection = { approvals: 1, checks: ['ci'] }
  expect(await summary()).toBe(true)
  expect(await refusal(ada.rest.repos.getBranchProtection(branch))).toContain('Must have admin rights')
  const { data } = await olga.rest.repos.getBranchProtection(branch)
  expect(data.required_pull_request_reviews?.required_approving_review_count).toBe(1)
  expect((await ada.rest.repos.getBranchRules(branch)).data).toEqual([])

  await commitFile(ada, 'reviewed', 'reviewed.txt', '1')
  const { data: pull } = await ada.rest.pulls.create({ ...at, head: 'reviewed', base: 'main', title: 'Reviewed' })
  const merge = (): Promise<string> => refusal(ada.rest.pulls.merge({ ...at, pull_number: pull.number }))
  expect(await merge()).toContain('At least 1 approving review is required')
  await olga.rest.pulls.createReview({ ...at, pull_number: pull.number, event: 'APPROVE' })
  expect(await merge()).toBe('done')
})
