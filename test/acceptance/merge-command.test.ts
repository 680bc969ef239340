import { afterAll, beforeAll, expect, test } from 'vitest'
import { definition } from '../../actions/infra-change-gate/io.js'
import { infraChangeGate } from '../../actions/infra-change-gate/run.js'
import type { User } from '../../rehearsal/github/types.js'
import { gateCheckName } from '../../shared/records/gate-check.js'
import { commitOn, type Lane, policyPath, type Stage, startStage } from './code-lane.js'
import { runHere } from './run-here.js'
import { startAction } from './start-action.js'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

const withMerge = (how: string) => (policy: string) => `${policy}merge: { bump: ${how} }\n`

/** A bump by bob, who has no access to the deploy repo, and that the gate has judged. */
async function bumpByBob(lane: Lane): Promise<number> {
  lane.github.repository(lane.deployRepo).requiredCheck = { name: gateCheckName, appId: 11 }
  const { merge, commit } = await lane.merge(lane.bob)
  lane.publish(commit)
  const { outputs } = await lane.bump(merge)
  await lane.gate(Number(outputs['pull-request-number']))
  return Number(outputs['pull-request-number'])
}

async function say(lane: Lane, by: User, pull: number, body = '/merge'): Promise<number> {
  const { data } = await lane.client(by.token).rest.issues.createComment({ ...lane.deployAt, issue_number: pull, body })
  return data.id
}

/** What there is afterwards: the pull request, the reactions on the comment, and what was said after it. */
async function after(lane: Lane, pull: number, comment: number) {
  const { rest } = lane.client(lane.ada.token)
  const { data } = await rest.pulls.get({ ...lane.deployAt, pull_number: pull })
  const reactions = await rest.reactions.listForIssueComment({ ...lane.deployAt, comment_id: comment })
  const comments = await rest.issues.listComments({ ...lane.deployAt, issue_number: pull })
  return {
    merged: data.merged,
    by: data.merged_by?.login,
    reactions: reactions.data.map(({ content }) => content),
    answers: comments.data.filter(({ id }) => id > comment).map(({ body }) => body ?? ''),
  }
}

test('whoever merged upstream says /merge, has no access to the deploy repo, and the App merges', async () => {
  await using lane = await stage.lane(withMerge('command'))
  const pull = await bumpByBob(lane)
  const comment = await say(lane, lane.bob, pull)

  const { code, outputs } = await lane.bundle.gate(pull, 'issue_comment')

  expect([code, outputs.merged]).toEqual([0, 'true'])
  expect(await after(lane, pull, comment)).toEqual({
    merged: true,
    by: 'acme-gate[bot]',
    reactions: ['rocket'],
    answers: [],
  })
})

test('a stranger’s /merge gets no merge and no words', async () => {
  await using lane = await stage.lane(withMerge('command'))
  const mallory = lane.github.createUser(`mallory-${lane.deployAt.repo}`)
  const pull = await bumpByBob(lane)
  // Whoever can edit labels and assignees of a pull request is not on duty by that.
  await lane
    .client(lane.ada.token)
    .rest.pulls.update({ ...lane.deployAt, pull_number: pull, body: `On duty: ${mallory.login}` })
  const comment = await say(lane, mallory, pull)

  const { outputs } = await lane.bundle.gate(pull, 'issue_comment')

  expect(outputs.merged).toBe('false')
  expect(await after(lane, pull, comment)).toMatchObject({ merged: false, reactions: ['confused'], answers: [] })
})

test('a comment that is not /merge, or was changed into it, merges nothing', async () => {
  await using lane = await stage.lane(withMerge('command'))
  const pull = await bumpByBob(lane)
  const talk = await say(lane, lane.bob, pull, 'shall we /merge?')
  expect((await lane.bundle.gate(pull, 'issue_comment')).outputs.merged).toBe('false')
  expect(await after(lane, pull, talk)).toMatchObject({ merged: false, reactions: [], answers: [] })

  const comment = await say(lane, lane.bob, pull)
  await lane
    .client(lane.ada.token)
    .rest.issues.updateComment({ ...lane.deployAt, comment_id: comment, body: 'not yet' })
  const [said] = lane.github.events
    .filter(({ name, action }) => name === 'issue_comment' && action === 'created')
    .slice(-1)
  const start = await lane.starts.gate(pull, {}, 'issue_comment')
  const { outputs } = await startAction('infra-change-gate', { ...start, event: said?.payload })

  expect(outputs.merged).toBe('false')
  expect(await after(lane, pull, comment)).toMatchObject({
    merged: false,
    answers: [expect.stringContaining('@bob The comment was edited')],
  })
})

test('a /merge for another commit is told to look again, and then merges', async () => {
  await using lane = await stage.lane(withMerge('command'))
  const pull = await bumpByBob(lane)
  const early = await say(lane, lane.bob, pull)
  const { merge, commit } = await lane.merge(lane.bob)
  lane.publish(commit)
  await lane.bump(merge)

  await lane.bundle.gate(pull, 'issue_comment')
  expect(await after(lane, pull, early)).toMatchObject({
    merged: false,
    reactions: ['confused'],
    answers: [expect.stringContaining('comment /merge again')],
  })

  await say(lane, lane.bob, pull)
  expect((await lane.bundle.gate(pull, 'issue_comment')).outputs.merged).toBe('true')
})

test('what is red is not merged, whoever says /merge', async () => {
  await using lane = await stage.lane(withMerge('command'))
  const pull = await bumpByBob(lane)
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'lockstep/bump/hub', { 'README.md': 'More\n' })
  const comment = await say(lane, lane.ada, pull)

  const { outputs, result } = await lane.bundle.gate(pull, 'issue_comment')

  expect([outputs.merged, result.decision]).toEqual(['false', 'failure'])
  expect(await after(lane, pull, comment)).toMatchObject({ merged: false, reactions: ['confused'] })
})

/** A window that is shut all of today, and tomorrow in case that begins meanwhile. */
function shutToday(): string {
  const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
  return days[(new Date().getUTCDay() + 3) % 7] ?? ''
}

test('outside the lane’s window the App merges nothing, whoever says /merge', async () => {
  const window = `deploy-queue: { window: { days: ${shutToday()} } }\n`
  await using lane = await stage.lane((policy) => `${withMerge('command')(policy)}${window}`)
  const pull = await bumpByBob(lane)
  const comment = await say(lane, lane.bob, pull)

  expect((await lane.gate(pull, 'issue_comment')).outputs.merged).toBe('false')

  const { merged, answers } = await after(lane, pull, comment)
  expect(merged).toBe(false)
  expect(answers).toEqual([expect.stringContaining(`the App merges only on ${shutToday()}`)])
})

test('what turned green outside the window is merged when it opens', async () => {
  const window = `deploy-queue: { window: { days: ${shutToday()} } }\n`
  await using lane = await stage.lane((policy) => `${withMerge('auto')(policy)}${window}`)
  const { merge, commit } = await lane.merge(lane.bob)
  lane.publish(commit)
  const pull = Number((await lane.bump(merge)).outputs['pull-request-number'])
  const start = async (about: Record<string, string>) =>
    runHere(definition, infraChangeGate, await lane.starts.gate(pull, about))
  expect((await start({})).outputs.merged).toBe('false')
  expect((await start({ mode: 'reconcile' })).result.decision).toBe('unchanged')

  const policy = ((await lane.deployed(policyPath)) ?? '').replace(
    window,
    'deploy-queue: { window: { days: mon-sun } }\n',
  )
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', { [policyPath]: policy })
  const { result, outputs } = await start({ mode: 'reconcile' })

  expect([result.decision, outputs.merged]).toEqual(['updated', 'true'])
  expect(await lane.openPulls()).toEqual([])
})

test.each(['settings', 'ruleset'])(
  'in a repository that allows no merge commits (%s), the App squashes',
  async (by) => {
    await using lane = await stage.lane(withMerge('auto'))
    const { merge, commit } = await lane.merge(lane.bob)
    lane.publish(commit)
    const { outputs } = await lane.bump(merge)
    const settings = lane.github.repository(lane.deployRepo)
    settings.requiredCheck = { name: 'lockstep / gate', appId: 11 }
    settings[by === 'ruleset' ? 'rulesetMergeMethods' : 'mergeMethods'] = ['squash']

    // The policy says always: as soon as it is green.
    const gate = await lane.bundle.gate(Number(outputs['pull-request-number']))

    expect([gate.code, gate.outputs.merged]).toEqual([0, 'true'])
    const { data } = await lane.client(lane.ada.token).rest.git.getRef({ ...lane.deployAt, ref: 'heads/main' })
    const { data: tip } = await lane
      .client(lane.ada.token)
      .rest.git.getCommit({ ...lane.deployAt, commit_sha: data.object.sha })
    expect(tip.parents).toHaveLength(1)
  },
)

test.each([
  ['somebody else merges at the same moment', 'Base branch was modified. Review and try the merge again.'],
  ['the check that has just turned green is not seen yet', 'Required status check "lockstep / gate" is expected.'],
])('%s: the App merges within seconds', async (_, message) => {
  await using lane = await stage.lane(withMerge('auto'))
  const { merge, commit } = await lane.merge(lane.bob)
  lane.publish(commit)
  const { outputs } = await lane.bump(merge)
  lane.github.faults.next({ kind: 'status', status: 405, message, match: { method: 'PUT', path: '*/merge' } })
  const gate = await lane.bundle.gate(Number(outputs['pull-request-number']))
  expect([gate.code, gate.outputs.merged]).toEqual([0, 'true'])
})
