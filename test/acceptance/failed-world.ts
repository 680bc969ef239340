import type { Result } from '../../shared/foundation/result.js'
import type { NewRecord } from '../../shared/records/deployments.js'
import { released } from '../released.js'
import { type DeployWorld, deploy, startDeployWorld } from './deploy-world.js'
import { recordAs } from './record-as.js'
import type { Start } from './start-action.js'

/** A deploy repo whose newest bump failed on its first cluster, with starts of what brings it back. */
export interface FailedWorld extends AsyncDisposable {
  world: DeployWorld
  /** The commits of the deploy repo that was verified, and the merged bump that failed. */
  verified: string
  commit: string
  /** `<run id>/<attempt>` of the failed deploy, and of the jobs that bring it back. */
  runKey: string
  /** Records that the deploy failed on staging, in other words or by another token. */
  recordFailure(change?: Partial<NewRecord>, token?: string): Promise<void>
  starts: {
    git(change?: Record<string, string>): Promise<Start>
    gate(pull: number): Promise<Start>
    /** The job that records how a cluster went back. */
    record(cluster: string): Promise<Start>
  }
}

export async function failedWorld(): Promise<FailedWorld> {
  const world = await startDeployWorld()
  world.github.install(world.gateApp, 'hub-org/hub')
  const verified = await world.verified()
  const pr = await world.open(await world.bump(world.versions[1] ?? ''))
  await world.check(pr)
  const commit = await world.merge(pr)
  const [run, runKey] = ['101', '101/1']
  const env = async () => world.env(commit, await world.checkout(commit), { GITHUB_RUN_ID: run, PATH: world.noTools })

  const failed: FailedWorld = {
    world,
    verified,
    commit,
    runKey,
    async recordFailure(change = {}, token = world.tokens.gate) {
      await recordAs(
        { github: world.as(token) as never, repo: deploy, gateBot: world.gateBot },
        {
          schema: 1,
          cluster: 'staging',
          run: runKey,
          commit,
          releases: [],
          reason: 'unhealthy',
          outcome: 'failure',
          logUrl: `${world.github.url}/${deploy}/actions/runs/${run}`,
          environmentUrl: undefined,
          description: 'it crashed',
          ...change,
        },
      )
    },
    starts: {
      git: async (change = {}) => ({
        inputs: {
          mode: 'revert',
          token: world.tokens.gate,
          'upstream-token': world.tokens.gate,
          wait: '0s',
          ...change,
        },
        env: await env(),
      }),
      gate: async (pull) => ({
        inputs: {
          mode: 'check',
          token: world.tokens.gate,
          'upstream-token': world.tokens.job,
          'pull-request': String(pull),
        },
        env: await env(),
      }),
      record: async (cluster) => ({
        inputs: {
          mode: 'record',
          cluster,
          token: world.tokens.gate,
          'deploy-result': JSON.stringify(back(cluster, verified, runKey)),
          'smoke-result': JSON.stringify({
            ...back(cluster, verified, runKey),
            action: 'smoke-test',
            decision: 'verified',
            verdict: 'pass',
          }),
        },
        env: await env(),
      }),
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
  await failed.recordFailure()
  return failed
}

/** What `rollback` says of a cluster that has the verified release again. */
const back = (cluster: string, commit: string, run: string): Result => ({
  schema: 1,
  action: 'rollback',
  decision: 'rolled-back',
  reason: 'ok',
  message: `${cluster} is back`,
  cluster,
  releases: [released({ namespace: cluster, revision: 3 })],
  commit,
  run,
  evidence: [],
})
