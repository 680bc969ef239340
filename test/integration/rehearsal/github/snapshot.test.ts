import { expect, test } from 'vitest'
import { at, commitFile, deploy, type EmulatorFixture, startEmulatorFixture } from '../../../fixtures/emulator.js'

/** Something of every kind. */
async function live(fixture: EmulatorFixture, word: string): Promise<void> {
  const ada = fixture.client(fixture.ada.token)
  const gate = fixture.client(await fixture.gateToken())
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
  await using fixture = await startEmulatorFixture()
  const empty = await fixture.github.dump()
  const back = await fixture.github.snapshot()
  const ends: string[] = []
  for (let times = 0; times < 2; times++) {
    await live(fixture, '1')
    ends.push(await fixture.github.dump())
    await back()
    expect(await fixture.github.dump()).toBe(empty)
  }
  // Ids, times and so commits differ between the two; what they mean does not.
  expect(ends[0]).toBe(ends[1])
  await live(fixture, '2')
  expect(await fixture.github.dump()).not.toBe(ends[0])
})

test.each<[string, (fixture: EmulatorFixture) => Promise<unknown>]>([
  ['a label', (fixture) => fixture.client(fixture.ada.token).rest.issues.createLabel({ ...at, name: 'x' })],
  [
    'a second comment',
    (fixture) => fixture.client(fixture.ada.token).rest.issues.createComment({ ...at, issue_number: 1, body: 'x' }),
  ],
  ['a branch', (fixture) => commitFile(fixture.client(fixture.ada.token), 'other', 'a', '1')],
  [
    'a closed pull request',
    (fixture) => fixture.client(fixture.ada.token).rest.pulls.update({ ...at, pull_number: 1, state: 'closed' }),
  ],
  ['a merge', (fixture) => fixture.client(fixture.ada.token).rest.pulls.merge({ ...at, pull_number: 1 })],
])('%s is a difference', async (_, change) => {
  await using fixture = await startEmulatorFixture()
  await live(fixture, '1')
  const before = await fixture.github.dump()
  expect(JSON.parse(before)[deploy].issues).toHaveLength(1)
  await change(fixture)
  expect(await fixture.github.dump()).not.toBe(before)
})
