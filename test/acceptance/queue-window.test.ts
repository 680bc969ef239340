import { afterAll, beforeAll, expect, test } from 'vitest'
import { allWeekdays } from '../../shared/policy/types.js'
import { queueTools } from '../fixtures/queue-tools.js'
import { type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

const day = 24 * 60
/** Midnight of the day after tomorrow, UTC, and the name of that day. */
const opening = new Date(new Date().setUTCHours(48, 0, 0, 0))
const name = allWeekdays[(opening.getUTCDay() + 6) % 7] ?? ''
const minutesToIt = (): number => (opening.getTime() - Date.now()) / 60_000

const withWindow = (more: string): Promise<RepositoryPair> =>
  testGitHub.repositoryPair((policy) => `${policy}${more}deploy-queue: { window: { days: ${name} } }\n`)

test('green says when the window opens, and then until when it is open', async () => {
  await using pair = await withWindow('')
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  const pull = await tools.open()

  await tools.fromDeployRepo()
  const capital = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  expect(await tools.status(pull)).toMatch(
    new RegExp(`^success: Clear: .* and you will be on duty; window opens ${capital} 00:00 \\(UTC\\)\\.$`),
  )
  await tools.fromDeployRepo(minutesToIt() + 1)
  expect(await tools.status(pull)).toMatch(/^success: Clear: .*; window until 24:00 \(UTC\)\.$/)
  expect((await tools.fromDeployRepo(minutesToIt() + day / 2)).outputs['statuses-written']).toBe('0')
})

/** bob's change waits in the deploy repo; what is said there when deploy-queue looks, so many minutes from now. */
async function bobsChange(pair: RepositoryPair): Promise<(minutes: number) => Promise<string[]>> {
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  const { merge, commit } = await pair.merge(pair.bob)
  pair.publish(commit)
  const { outputs } = await pair.bump(merge)
  const where = { ...pair.deployAt, issue_number: Number(outputs['pull-request-number']) }
  return async (minutes) => {
    await tools.fromDeployRepo(minutes)
    const { data } = await pair.client(pair.ada.token).rest.issues.listComments(where)
    return data.flatMap(({ body }) => /^<!-- lockstep:duty ([\w-]+) -->/.exec(body ?? '')?.[1] ?? [])
  }
}

test('what the App is to merge makes nobody late before the window opens', async () => {
  await using pair = await withWindow('merge: { bump: auto }\n')
  const heard = await bobsChange(pair)
  await heard(0)
  await heard(600)
  await heard(minutesToIt() - 1)
  expect(await heard(minutesToIt() + 14)).toEqual(['greet-bob'])
  expect(await heard(minutesToIt() + 16)).toEqual(['greet-bob', 'remind-proposed-bob'])
})

test('what people merge is theirs at any time', async () => {
  await using pair = await withWindow('merge: { bump: person }\n')
  const heard = await bobsChange(pair)
  await heard(0)
  expect(await heard(16)).toEqual(['greet-bob', 'remind-proposed-bob'])
})
