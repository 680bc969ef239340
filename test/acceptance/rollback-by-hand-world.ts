import type { WorkflowRun } from '../../rehearsal/github/types.js'
import type { Result } from '../../shared/foundation/result.js'
import { type NewRecord, writeRecord } from '../../shared/records/deployments.js'
import { released } from '../released.js'
import { type DeployWorld, deploy, startDeployWorld } from './deploy-world.js'
import type { Start } from './start-action.js'

/**
 * A deploy repo in which olga is the operator, ada is on duty (she merged upstream what came last), and eve is neither. Its
 * newest bump is on every cluster, and was verified there if nothing else is said.
 */
export interface ByHandWorld extends AsyncDisposable {
  world: DeployWorld
  /** The commits before the bump and with it. */
  before: string
  bumped: string
  /** Number of the bump's pull request. */
  bump: number
  clusters: readonly string[]
  record(cluster: string, commit: string, change?: Partial<NewRecord>): Promise<void>
  /** A deploy of a commit, which is not over. */
  deployRun(commit: string, status: 'queued' | 'in_progress'): WorkflowRun
  starts: {
    begin(by: string, inputs?: Record<string, string>): Promise<Start>
    git(order: string, inputs?: Record<string, string>): Promise<Start>
    gate(pull: number): Promise<Start>
    settle(inputs?: Record<string, string>): Promise<Start>
    /** The job that records that a cluster has a commit again. */
    recordBack(cluster: string, commit: string): Promise<Start>
    plan(commit: string): Promise<Start>
  }
}

/** The run of the rollback by hand. */
export const byHandRun = 200

const clusters = ['staging', 'primary'] as const

export async function byHandWorld(outcome: 'success' | 'failure' = 'success', revert = 'issue'): Promise<ByHandWorld> {
  const world = await startDeployWorld(() => ({}), {
    operators: '[olga]',
    files: { '.github/workflows/deploy.yml': 'on: push\njobs: {}\n' },
    change: (policy) => policy.replace('    paths:', `    revert: ${revert}\n    paths:`),
  })
  const { github, tokens } = world
  github.createUser('olga')
  github.createUser('eve')
  github.install(world.gateApp, 'hub-org/hub')
  const before = await world.verified()
  const pull = await world.open(await world.bump(world.versions[1] ?? ''))
  await world.check(pull)
  const bumped = await world.merge(pull)
  const runs = github.mintJobToken(deploy, { actions: 'write', contents: 'read' }, byHandRun)

  const start = async (inputs: Record<string, string>, change: Record<string, string> = {}): Promise<Start> => {
    const head = await world.head()
    const env = { GITHUB_RUN_ID: String(byHandRun), GITHUB_EVENT_NAME: 'workflow_dispatch', PATH: world.noTools }
    return { inputs, env: world.env(head, await world.checkout(head), { ...env, ...change }) }
  }
  const gate = { token: tokens.gate, 'upstream-token': tokens.gate }
  const place: ByHandWorld = {
    world,
    before,
    bumped,
    bump: pull.number,
    clusters,
    async record(cluster, commit, change = {}) {
      await writeRecord(
        { github: world.as(tokens.gate) as never, repo: deploy, gateBot: world.gateBot },
        {
          schema: 1,
          cluster,
          run: '101/1',
          commit,
          releases: [],
          verdict: 'pass',
          outcome: 'success',
          logUrl: `${github.url}/${deploy}/actions/runs/101`,
          environmentUrl: undefined,
          description: `${cluster} is verified`,
          ...change,
        },
      )
    },
    deployRun(commit, status) {
      const workflow = '.github/workflows/deploy.yml'
      const about = { repo: deploy, workflow, name: 'deploy', event: 'push', headBranch: 'main', actor: 'ada' }
      const run = github.startRun({ ...about, headSha: commit })
      if (status !== 'queued') github.updateRun(run.id, { status })
      return run
    },
    starts: {
      begin: (by, inputs = {}) =>
        start(
          {
            mode: 'start',
            cluster: 'all',
            reason: 'users see 502',
            ...gate,
            'actions-token': runs,
            wait: '0s',
            ...inputs,
          },
          { GITHUB_ACTOR: 'olga', GITHUB_TRIGGERING_ACTOR: by },
        ),
      git: (order, inputs = {}) => start({ mode: 'revert', request: order, ...gate, wait: '0s', ...inputs }),
      gate: (number) => start({ mode: 'check', ...gate, 'pull-request': String(number) }),
      settle: (inputs = {}) =>
        start({ mode: 'reconcile', ...gate, 'actions-token': runs, wait: '0s', ...inputs }, { GITHUB_RUN_ID: '300' }),
      plan: (commit) =>
        world.checkout(commit).then((workspace) => ({
          inputs: { mode: 'plan', token: tokens.job },
          env: world.env(commit, workspace, { GITHUB_RUN_ID: '102', PATH: world.noTools }),
        })),
      recordBack: (cluster, commit) => {
        const back: Result = {
          schema: 1,
          action: 'rollback',
          decision: 'rolled-back',
          reason: 'ok',
          message: `${cluster} is back`,
          cluster,
          commit,
          run: `${byHandRun}/1`,
          releases: [released({ namespace: cluster, revision: 3, identity: { ca: 'ca', namespaceUid: cluster } })],
          evidence: [],
        }
        const smoke = { ...back, action: 'smoke-test', decision: 'verified', verdict: 'pass' }
        const results = { 'deploy-result': JSON.stringify(back), 'smoke-result': JSON.stringify(smoke) }
        return start({ mode: 'record', cluster, token: tokens.gate, ...results })
      },
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
  if (outcome === 'success') for (const cluster of clusters) await place.record(cluster, bumped)
  else
    await place.record('staging', bumped, {
      outcome: 'failure',
      reason: 'unhealthy',
      description: 'staging: it crashed',
    })
  return place
}
