import { expect, test } from 'vitest'
import { at, commitFile, deploy, startWorld, type World } from '../../../unit/rehearsal/github/world.js'

/** Something of every kind. */
async function live(world: World, word: string): Promise<void> {
  const ada = world.client(world.ada.token)
  const gate = world.client(await world.gateToken())
  const sha = await commitFile(ada, 'topic', 'a', word)
  const { data: pull } = await ada.rest.pulls.create({ ...at, head: 'topic', base: 'main', title: 'T', body: sha })
  await ada.rest.issues.addLabels({ ...at, issue_number: pull.number, labels: ['deploy-bump'] })
  await gate.rest.issues.createComment({ ...at, issue_number: pull.number, body: `About ${sha.slice(0, 7)}` })
  await gate.rest.checks.create({ ...at, name: 'lockstep / gate', head_sha: sha, conclusion: 'success' })
  const { data } = await gate.rest.repos.createDeployment({
    ...at,
    ref: sha,
    environment: 'primary',
    auto_merge: false,
  })
  if (!('id' in data)) throw new Error('no deployment')
  await gate.rest.repos.createDeploymentStatus({ ...at, deployment_id: data.id, state: 'success' })
}

test('going back leaves nothing of what was done since, and everything can be done again', async () => {
  await using world = await startWorld()
  const empty = await world.github.dump()
  const back = await world.github.snapshot()
  const ends: string[] = []
  for (let times = 0; times < 2; times++) {
    await live(world, '1')
    ends.push(await world.github.dump())
    await back()
    expect(await world.github.dump()).toBe(empty)
  }
  // Ids, times and so commits differ between the two; what they mean does not.
  expect(ends[0]).toBe(ends[1])
  await live(world, '2')
  expect(await world.github.dump()).not.toBe(ends[0])
})

test.each<[string, (world: World) => Promise<unknown>]>([
  ['a label', (world) => world.client(world.ada.token).rest.issues.createLabel({ ...at, name: 'x' })],
  [
    'a second comment',
    (world) => world.client(world.ada.token).rest.issues.createComment({ ...at, issue_number: 1, body: 'x' }),
  ],
  ['a branch', (world) => commitFile(world.client(world.ada.token), 'other', 'a', '1')],
  [
    'a closed pull request',
    (world) => world.client(world.ada.token).rest.pulls.update({ ...at, pull_number: 1, state: 'closed' }),
  ],
  ['a merge', (world) => world.client(world.ada.token).rest.pulls.merge({ ...at, pull_number: 1 })],
])('%s is a difference', async (_, change) => {
  await using world = await startWorld()
  await live(world, '1')
  const before = await world.github.dump()
  expect(JSON.parse(before)[deploy].issues).toHaveLength(1)
  await change(world)
  expect(await world.github.dump()).not.toBe(before)
})
