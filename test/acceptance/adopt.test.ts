import { afterAll, beforeAll, expect, test } from 'vitest'
import { definition } from '../../actions/helm-deploy/io.js'
import { helmDeploy } from '../../actions/helm-deploy/run.js'
import { readAdoptionApprovals } from '../../shared/records/adoption-approvals.js'
import { at, type DeployRepo, deploy, startDeployRepo } from '../fixtures/deploy-repo.js'
import { released } from '../fixtures/released.js'
import { runInProcess } from '../fixtures/run-in-process.js'
import { type Started, startAction } from '../fixtures/start-action.js'

const hour = 3_600_000
let deployRepo: DeployRepo
/** Counts runs. */
let run = 100

beforeAll(async () => {
  deployRepo = await startDeployRepo(undefined, { operators: '[olga, otto]' })
  for (const login of ['olga', 'otto', 'bob']) deployRepo.github.createUser(login)
})
afterAll(() => deployRepo[Symbol.asyncDispose]())

/** A new commit on main: nobody has said anything about it. */
const freshCommit = (): Promise<string> => deployRepo.push({ 'README.md': `${++run}\n` })

/** One dispatch, or with `attempt` a re-run, of adopt.yml's first job. */
async function approve(actor: string, commit: string, change: Record<string, string> = {}): Promise<Started> {
  const env = deployRepo.env(commit, await deployRepo.checkout(commit), {
    PATH: deployRepo.noTools,
    GITHUB_RUN_ID: String(++run),
    GITHUB_ACTOR: actor,
    GITHUB_TRIGGERING_ACTOR: actor,
    ...change,
  })
  return startAction('helm-deploy', {
    inputs: { mode: 'approve-adoption', cluster: 'staging', token: deployRepo.tokens.gate },
    env,
  })
}

const words = async (since = new Date(Date.now() - hour)) =>
  readAdoptionApprovals(
    { github: deployRepo.as(deployRepo.tokens.gate) as never, repo: deploy, gateBot: deployRepo.gateBot },
    'staging',
    since,
  )

test('the first operator’s word is written down and ends the run in green, with what to do next', async () => {
  const commit = await freshCommit()
  const { code, result, outputs, summary } = await approve('olga', commit)

  expect([code, result]).toMatchObject([0, { decision: 'waiting', reason: 'approval-required' }])
  expect(outputs).toMatchObject({ approved: 'false' })
  expect(outputs.plan ?? '').toBe('')
  expect(summary).toContain(`gh workflow run adopt.yml --repo ${deploy} -f cluster=staging`)
  expect((await words()).filter((word) => word.commit === commit)).toMatchObject([{ operator: 'olga' }])
  // To everybody who looks for what was deployed, it is nothing.
  const { data } = await deployRepo.as(deployRepo.tokens.ada).rest.repos.listDeployments({ ...at, sha: commit })
  expect(data.map(({ task }) => task)).toEqual(['adopt'])
})

test('a second operator approves; the plan is of this very run, and no other attempt may use it', async () => {
  const commit = await freshCommit()
  await approve('olga', commit)
  const { outputs, result } = await approve('otto', commit)
  expect([outputs.approved, result.decision]).toEqual(['true', 'approved'])
  expect(JSON.parse(outputs.plan ?? '')).toMatchObject({ run: `${run}/1`, commit, clusters: [{ name: 'staging' }] })

  const adopt = async (attempt: string, plan: string) =>
    startAction('helm-deploy', {
      inputs: { mode: 'adopt', cluster: 'staging', kubeconfig: '{}', token: deployRepo.tokens.job, plan },
      env: deployRepo.env(commit, await deployRepo.checkout(commit), {
        PATH: deployRepo.noTools,
        GITHUB_RUN_ID: String(run),
        GITHUB_RUN_ATTEMPT: attempt,
      }),
    })
  expect((await adopt('2', outputs.plan ?? '')).result.reason).toBe('stale-plan')
  expect((await adopt('1', '')).result.reason).toBe('input-invalid')
  // Only Helm is missing.
  expect((await adopt('1', outputs.plan ?? '')).result.reason).toBe('tool-missing')
})

test('one operator twice is one, also by a re-run', async () => {
  const commit = await freshCommit()
  await approve('olga', commit)
  expect((await approve('Olga', commit)).outputs.approved).toBe('false')
  const again = await approve('olga', commit, { GITHUB_RUN_ATTEMPT: '2' })
  expect(again.outputs.approved).toBe('false')
  expect((await words()).filter((word) => word.commit === commit)).toHaveLength(1)
})

test('who re-runs an operator’s run must be an operator: the re-run is that person’s word', async () => {
  const commit = await freshCommit()
  await approve('olga', commit)
  const stranger = await approve('olga', commit, { GITHUB_TRIGGERING_ACTOR: 'bob', GITHUB_RUN_ATTEMPT: '2' })
  expect([stranger.code, stranger.result.reason]).toEqual([1, 'not-operator'])
  const other = await approve('olga', commit, { GITHUB_TRIGGERING_ACTOR: 'otto', GITHUB_RUN_ATTEMPT: '3' })
  expect(other.outputs.approved).toBe('true')
})

test.each(['bob', 'gate[bot]', 'bump[bot]', 'github-actions[bot]'])('%s is no operator', async (actor) => {
  const commit = await freshCommit()
  const { code, result, log } = await approve(actor, commit)
  expect([code, result.reason]).toEqual([1, 'not-operator'])
  expect(log).toContain('olga, otto')
  expect((await words()).filter((word) => word.commit === commit)).toEqual([])
})

test('words for two commits are no two words', async () => {
  const before = await freshCommit()
  await approve('olga', before)
  const { outputs, summary } = await approve('otto', await freshCommit())
  expect(outputs.approved).toBe('false')
  expect(summary).toContain(before.slice(0, 7))
})

test('a second word that comes a day later is a first one', async () => {
  const commit = await freshCommit()
  await approve('olga', commit)
  const later = async (hours: number): Promise<Started> => {
    const env = deployRepo.env(commit, await deployRepo.checkout(commit), {
      GITHUB_RUN_ID: String(++run),
      GITHUB_ACTOR: 'otto',
      RUNNER_TEMP: deployRepo.dir,
    })
    const inputs = { mode: 'approve-adoption', cluster: 'staging', token: deployRepo.tokens.gate }
    return runInProcess(definition, helmDeploy, { inputs, env }, () => new Date(Date.now() + hours * hour))
  }
  expect((await later(25)).outputs.approved).toBe('false')
  expect((await later(23)).outputs.approved).toBe('true')
})

test('a word that somebody wrote by hand is nobody’s word', async () => {
  const commit = await freshCommit()
  const ada = deployRepo.as(deployRepo.tokens.ada)
  const payload = { schema: 1, cluster: 'staging', commit, operator: 'olga', run: '1/1' }
  const { data } = await ada.rest.repos.createDeployment({
    ...at,
    ref: commit,
    task: 'adopt',
    environment: 'staging',
    auto_merge: false,
    required_contexts: [],
    payload,
  })
  if (!('id' in data)) throw new Error('no deployment')
  await ada.rest.repos.createDeploymentStatus({ ...at, deployment_id: data.id, state: 'pending' })
  expect((await approve('otto', commit)).outputs.approved).toBe('false')
})

test('the words are used once the adoption is recorded', async () => {
  const commit = await freshCommit()
  await approve('olga', commit)
  await approve('otto', commit)
  const same = { cluster: 'staging', commit, run: '100/1', releases: [released()] }
  const shared = { schema: 1, reason: 'ok', message: '', ...same }
  const result = { ...shared, action: 'helm-deploy', decision: 'adopted', evidence: [] }
  const smoke = { ...shared, action: 'smoke-test', decision: 'verified', verdict: 'pass', evidence: [] }
  const record = await startAction('helm-deploy', {
    inputs: {
      mode: 'record',
      cluster: 'staging',
      token: deployRepo.tokens.gate,
      'deploy-result': JSON.stringify(result),
      'smoke-result': JSON.stringify(smoke),
    },
    env: deployRepo.env(commit, await deployRepo.checkout(commit), { PATH: deployRepo.noTools }),
  })
  expect(record.result.decision).toBe('recorded')
  expect((await words()).filter((word) => word.commit === commit)).toEqual([])
  expect((await approve('olga', commit)).outputs.approved).toBe('false')
})

test('a team’s members count, and a token that cannot see them says what it lacks', async () => {
  await using teamRepo = await startDeployRepo(undefined, { operators: '"@hub-org/ops"' })
  for (const login of ['olga', 'otto', 'bob']) teamRepo.github.createUser(login)
  teamRepo.github.createTeam('hub-org', 'ops', ['olga', 'otto'])
  const commit = await teamRepo.head()
  const say = async (actor: string, token = teamRepo.tokens.gate): Promise<Started> =>
    startAction('helm-deploy', {
      inputs: { mode: 'approve-adoption', cluster: 'staging', token },
      env: teamRepo.env(commit, await teamRepo.checkout(commit), { GITHUB_ACTOR: actor }),
    })
  expect((await say('bob')).result.reason).toBe('not-operator')
  const blind = await say('olga', teamRepo.tokens.job)
  expect([blind.result.reason, blind.log]).toEqual(['missing-permission', expect.stringContaining('members: read')])
  expect((await say('olga')).outputs.approved).toBe('false')
  expect((await say('otto')).outputs.approved).toBe('true')
})
