import { afterAll, beforeAll, expect, test } from 'vitest'
import { at, commitFile, deploy, startWorld, type World } from './world.js'

let world: World

beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

const refusal = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'done',
    (error: Error) => error.message,
  )

test('a ruleset for pull requests only refuses a push of what is green, and not its merge', async () => {
  const settings = world.github.repository(deploy)
  Object.assign(settings, { requiredCheck: { name: 'any' }, pullsOnly: true })
  const ada = world.client(world.ada.token)
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
  const settings = world.github.repository(deploy)
  Object.assign(settings, { requiredCheck: { name: 'any', appId: 1 }, pullsOnly: true })
  const gate = world.client(await world.gateToken())
  const ada = world.client(world.ada.token)
  const may = async (client: typeof ada): Promise<unknown> => {
    const { data } = await client.rest.repos.getRepoRuleset({ ...at, ruleset_id: 1 })
    return [data.current_user_can_bypass, data.bypass_actors]
  }
  expect(await may(gate)).toEqual(['never', undefined])
  const sha = await commitFile(gate, 'by-app', 'by-app.txt', '1')
  const push = (): Promise<string> => refusal(gate.rest.git.updateRef({ ...at, ref: 'heads/main', sha }))
  expect(await push()).toContain('Repository rule violations found')

  settings.bypassApps = [world.gate.id]
  expect(await may(gate)).toEqual(['always', undefined])
  expect(await may(ada)).toEqual(['never', undefined])
  expect(await push()).toBe('done')
})
