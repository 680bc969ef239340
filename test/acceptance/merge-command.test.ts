import { afterAll, beforeAll, expect, test } from 'vitest'
import { definition } from '../../actions/infra-change-gate/io.js'
import { infraChangeGate } from '../../actions/infra-change-gate/run.js'
import type { User } from '../../rehearsal/github/types.js'
import { gateCheckName } from '../../shared/records/gate-check.js'
import {
  commitOn,
  policyPath,
  type RepositoryPair,
  startTestGitHub,
  type TestGitHub,
} from '../fixtures/repository-pair.js'
import { runInProcess } from '../fixtures/run-in-process.js'
import { startAction } from '../fixtures/start-action.js'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

const withMerge = (how: string) => (policy: string) => `${policy}merge: { bump: ${how} }\n`

/** A bump by bob, who has no access to the deploy repo, and that the gate has judged. */
async function bumpByBob(pair: RepositoryPair): Promise<number> {
  pair.github.repository(pair.deployRepo).requiredCheck = { name: gateCheckName, appId: 11 }
  const { merge, commit } = await pair.merge(pair.bob)
  pair.publish(commit)
  const { outputs } = await pair.bump(merge)
  await pair.gate(Number(outputs['pull-request-number']))
  return Number(outputs['pull-request-number'])
}

async function say(pair: RepositoryPair, by: User, pull: number, body = '/merge'): Promise<number> {
  const { data } = await pair.client(by.token).rest.issues.createComment({ ...pair.deployAt, issue_number: pull, body })
  return data.id
}

/** What there is afterwards: the pull request, the reactions on the comment, and what was said after it. */
async function after(pair: RepositoryPair, pull: number, comment: number) {
  const { rest } = pair.client(pair.ada.token)
  const { data } = await rest.pulls.get({ ...pair.deployAt, pull_number: pull })
  const reactions = await rest.reactions.listForIssueComment({ ...pair.deployAt, comment_id: comment })
  const comments = await rest.issues.listComments({ ...pair.deployAt, issue_number: pull })
  return {
    merged: data.merged,
    by: data.merged_by?.login,
    reactions: reactions.data.map(({ content }) => content),
    answers: comments.data.filter(({ id }) => id > comment).map(({ body }) => body ?? ''),
  }
}

test('whoever merged upstream says /merge, has no access to the deploy repo, and the App merges', async () => {
  await using pair = await testGitHub.repositoryPair(withMerge('command'))
  const pull = await bumpByBob(pair)
  const comment = await say(pair, pair.bob, pull)

  const { code, outputs } = await pair.bundle.gate(pull, 'issue_comment')

  expect([code, outputs.merged]).toEqual([0, 'true'])
  expect(await after(pair, pull, comment)).toEqual({
    merged: true,
    by: 'acme-gate[bot]',
    reactions: ['rocket'],
    answers: [],
  })
})

test('a stranger’s /merge gets no merge and no words', async () => {
  await using pair = await testGitHub.repositoryPair(withMerge('command'))
  const mallory = pair.github.createUser(`mallory-${pair.deployAt.repo}`)
  const pull = await bumpByBob(pair)
  // Whoever can edit labels and assignees of a pull request is not on duty by that.
  await pair
    .client(pair.ada.token)
    .rest.pulls.update({ ...pair.deployAt, pull_number: pull, body: `On duty: ${mallory.login}` })
  const comment = await say(pair, mallory, pull)

  const { outputs } = await pair.bundle.gate(pull, 'issue_comment')

  expect(outputs.merged).toBe('false')
  expect(await after(pair, pull, comment)).toMatchObject({ merged: false, reactions: ['confused'], answers: [] })
})

test('a comment that is not /merge, or was changed into it, merges nothing', async () => {
  await using pair = await testGitHub.repositoryPair(withMerge('command'))
  const pull = await bumpByBob(pair)
  const talk = await say(pair, pair.bob, pull, 'shall we /merge?')
  expect((await pair.bundle.gate(pull, 'issue_comment')).outputs.merged).toBe('false')
  expect(await after(pair, pull, talk)).toMatchObject({ merged: false, reactions: [], answers: [] })

  const comment = await say(pair, pair.bob, pull)
  await pair
    .client(pair.ada.token)
    .rest.issues.updateComment({ ...pair.deployAt, comment_id: comment, body: 'not yet' })
  const [said] = pair.github.events
    .filter(({ name, action }) => name === 'issue_comment' && action === 'created')
    .slice(-1)
  const start = await pair.starts.gate(pull, {}, 'issue_comment')
  const { outputs } = await startAction('infra-change-gate', { ...start, event: said?.payload })

  expect(outputs.merged).toBe('false')
  expect(await after(pair, pull, comment)).toMatchObject({
    merged: false,
    answers: [expect.stringContaining('@bob The comment was edited')],
  })
})

test('a /merge for another commit is told to look again, and then merges', async () => {
  await using pair = await testGitHub.repositoryPair(withMerge('command'))
  const pull = await bumpByBob(pair)
  const early = await say(pair, pair.bob, pull)
  const { merge, commit } = await pair.merge(pair.bob)
  pair.publish(commit)
  await pair.bump(merge)

  await pair.bundle.gate(pull, 'issue_comment')
  expect(await after(pair, pull, early)).toMatchObject({
    merged: false,
    reactions: ['confused'],
    answers: [expect.stringContaining('comment /merge again')],
  })

  await say(pair, pair.bob, pull)
  expect((await pair.bundle.gate(pull, 'issue_comment')).outputs.merged).toBe('true')
})

test('what is red is not merged, whoever says /merge', async () => {
  await using pair = await testGitHub.repositoryPair(withMerge('command'))
  const pull = await bumpByBob(pair)
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'lockstep/bump/hub', { 'README.md': 'More\n' })
  const comment = await say(pair, pair.ada, pull)

  const { outputs, result } = await pair.bundle.gate(pull, 'issue_comment')

  expect([outputs.merged, result.decision]).toEqual(['false', 'failure'])
  expect(await after(pair, pull, comment)).toMatchObject({ merged: false, reactions: ['confused'] })
})

/** A window that is shut all of today, and tomorrow in case that begins meanwhile. */
function shutToday(): string {
  const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
  return days[(new Date().getUTCDay() + 3) % 7] ?? ''
}

test('outside the lane’s window the App merges nothing, whoever says /merge', async () => {
  const window = `deploy-queue: { window: { days: ${shutToday()} } }\n`
  await using pair = await testGitHub.repositoryPair((policy) => `${withMerge('command')(policy)}${window}`)
  const pull = await bumpByBob(pair)
  const comment = await say(pair, pair.bob, pull)

  expect((await pair.gate(pull, 'issue_comment')).outputs.merged).toBe('false')

  const { merged, answers } = await after(pair, pull, comment)
  expect(merged).toBe(false)
  expect(answers).toEqual([expect.stringContaining(`the App merges only on ${shutToday()}`)])
})

test('what turned green outside the window is merged when it opens', async () => {
  const window = `deploy-queue: { window: { days: ${shutToday()} } }\n`
  await using pair = await testGitHub.repositoryPair((policy) => `${withMerge('auto')(policy)}${window}`)
  const { merge, commit } = await pair.merge(pair.bob)
  pair.publish(commit)
  const pull = Number((await pair.bump(merge)).outputs['pull-request-number'])
  const start = async (about: Record<string, string>) =>
    runInProcess(definition, infraChangeGate, await pair.starts.gate(pull, about))
  expect((await start({})).outputs.merged).toBe('false')
  expect((await start({ mode: 'reconcile' })).result.decision).toBe('unchanged')

  const policy = ((await pair.deployed(policyPath)) ?? '').replace(
    window,
    'deploy-queue: { window: { days: mon-sun } }\n',
  )
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'main', { [policyPath]: policy })
  const { result, outputs } = await start({ mode: 'reconcile' })

  expect([result.decision, outputs.merged]).toEqual(['updated', 'true'])
  expect(await pair.openPulls()).toEqual([])
})

test.each(['settings', 'ruleset'])(
  'in a repository that allows no merge commits (%s), the App squashes',
  async (by) => {
    await using pair = await testGitHub.repositoryPair(withMerge('auto'))
    const { merge, commit } = await pair.merge(pair.bob)
    pair.publish(commit)
    const { outputs } = await pair.bump(merge)
    const settings = pair.github.repository(pair.deployRepo)
    settings.requiredCheck = { name: 'lockstep / gate', appId: 11 }
    settings[by === 'ruleset' ? 'rulesetMergeMethods' : 'mergeMethods'] = ['squash']

    // The policy says always: as soon as it is green.
    const gate = await pair.bundle.gate(Number(outputs['pull-request-number']))

    expect([gate.code, gate.outputs.merged]).toEqual([0, 'true'])
    const { data } = await pair.client(pair.ada.token).rest.git.getRef({ ...pair.deployAt, ref: 'heads/main' })
    const { data: tip } = await pair
      .client(pair.ada.token)
      .rest.git.getCommit({ ...pair.deployAt, commit_sha: data.object.sha })
    expect(tip.parents).toHaveLength(1)
  },
)

test.each([
  ['somebody else merges at the same moment', 'Base branch was modified. Review and try the merge again.'],
  ['the check that has just turned green is not seen yet', 'Required status check "lockstep / gate" is expected.'],
])('%s: the App merges within seconds', async (_, message) => {
  await using pair = await testGitHub.repositoryPair(withMerge('auto'))
  const { merge, commit } = await pair.merge(pair.bob)
  pair.publish(commit)
  const { outputs } = await pair.bump(merge)
  pair.github.faults.next({ kind: 'status', status: 405, message, match: { method: 'PUT', path: '*/merge' } })
  const gate = await pair.bundle.gate(Number(outputs['pull-request-number']))
  expect([gate.code, gate.outputs.merged]).toEqual([0, 'true'])
})
