import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Emulator, WorkflowRun } from '../../rehearsal/github/types.js'
import type { Result } from '../../shared/foundation/result.js'
import { type DeployWorld, deploy, startDeployWorld } from './deploy-world.js'
import { type StandInCluster, standInCluster } from './stand-in-cluster.js'
import { type Start, type Started, startAction } from './start-action.js'

/** What stage-cluster.yml hands to its last job: results by job and output. */
export type Jobs = Record<'rehearse' | 'back', { result: string; outputs: Record<string, string> }>

/** A deploy repo with a pull request, and a staging cluster that is a file. olga is the operator. */
export interface StageWorld extends AsyncDisposable {
  world: DeployWorld
  cluster: StandInCluster
  /** What the public entry answers to everything but /versions. */
  entry: { status: number }
  /** The pull request, which changes a value that all clusters read. */
  pull: { number: number; head: string }
  /** The run that the next starts belong to. */
  nextRun(): number
  plan(change?: Record<string, string>, by?: string): Promise<Started>
  stage(plan: string, change?: Record<string, string>, env?: Record<string, string>): Promise<Started>
  back(change?: Record<string, string>): Promise<Started>
  smoke(result: Result): Promise<Started>
  record(plan: string, jobs: Jobs, change?: Record<string, string>): Promise<Started>
  /** The job that deploys main to staging. */
  deployMain(): Promise<Started>
  makeWay(): Promise<Started>
  /** A run of a workflow of the deploy repo that is at work. */
  atWork(workflow: 'deploy' | 'stage', status?: WorkflowRun['status']): WorkflowRun
}

const jobMay = { actions: 'read', contents: 'read', deployments: 'read', issues: 'read' } as const

export async function stageWorld(): Promise<StageWorld> {
  const entry = { status: 200 }
  const server = createServer((request, response) => {
    if (request.url !== '/versions') response.statusCode = entry.status
    response.end(request.url === '/versions' ? JSON.stringify({ hub: world.versions[0] }) : 'ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `host: 127.0.0.1:${(server.address() as AddressInfo).port}\n`
  const workflow = 'on: workflow_dispatch\njobs: {}\n'
  const world: DeployWorld = await startDeployWorld(undefined, {
    operators: '[olga]',
    files: {
      'config/staging.yaml': host,
      '.github/workflows/deploy.yml': workflow,
      '.github/workflows/stage.yml': workflow,
      '.github/workflows/gate.yml': workflow,
    },
    change: (policy) => policy.replace('timeout: 20s', 'timeout: 1s'),
  })
  world.github.createUser('olga')
  const cluster = await standInCluster(world, [{ name: 'meta', namespace: 'staging' }])
  await world.recordSuccess('primary', await world.head())
  const pull = await world.open({ 'config/common.yaml': 'hub: { greeting: rehearsed }\n' })
  let run = 500

  const start = async (inputs: Record<string, string>, change: Record<string, string> = {}): Promise<Start> => {
    const head = await world.head()
    const about = { GITHUB_RUN_ID: String(run), GITHUB_EVENT_NAME: 'workflow_dispatch', GITHUB_ACTOR: 'olga' }
    const path = { PATH: `${cluster.bin}:${process.env.PATH}` }
    return { inputs, env: world.env(head, await world.checkout(head), { ...about, ...path, ...change }) }
  }
  const token = (): string => world.github.mintJobToken(deploy, jobMay, run)
  const onCluster = () => ({ cluster: 'staging', kubeconfig: cluster.kubeconfig, token: token() })
  return {
    world,
    cluster,
    entry,
    pull,
    nextRun: () => ++run,
    plan: async (change = {}, by = 'olga') =>
      startAction(
        'helm-deploy',
        await start(
          {
            mode: 'plan-staging-trial',
            ...{ 'pull-request': String(pull.number), head: pull.head, token: world.tokens.gate, ...change },
          },
          { GITHUB_ACTOR: by },
        ),
      ),
    stage: async (plan, change = {}, env = {}) =>
      startAction('helm-deploy', await start({ mode: 'staging-trial', ...onCluster(), plan, ...change }, env)),
    back: async (change = {}) =>
      startAction('rollback', await start({ mode: 'staging-trial', ...onCluster(), ...change })),
    smoke: async (result) => {
      const { token: _, ...inputs } = onCluster()
      return startAction(
        'smoke-test',
        await start({ mode: 'verify', ...inputs, 'deploy-result': JSON.stringify(result), 'rollout-timeout': '20s' }),
      )
    },
    record: async (plan, jobs, change = {}) =>
      startAction(
        'helm-deploy',
        await start({
          ...{ mode: 'record-staging-trial', cluster: 'staging', plan, needs: JSON.stringify(jobs) },
          token: world.tokens.gate,
          'actions-token': world.github.mintJobToken(deploy, { actions: 'write', contents: 'read' }, run),
          ...change,
        }),
      ),
    async deployMain() {
      const commit = await world.head()
      const plan = JSON.stringify({
        ...{ schema: 1, run: `${run}/1`, commit },
        clusters: [{ name: 'staging', from: commit }],
      })
      return startAction('helm-deploy', await start({ mode: 'deploy', ...onCluster(), plan }))
    },
    makeWay: async () => {
      const may = world.github.mintJobToken(deploy, { actions: 'write', contents: 'read' }, run)
      return startAction('helm-deploy', await start({ mode: 'preempt-staging-trial', token: may }))
    },
    atWork: (workflow, status = 'in_progress') => startRun(world.github, workflow, status),
    async [Symbol.asyncDispose]() {
      server.close()
      await world[Symbol.asyncDispose]()
    },
  }
}

function startRun(github: Emulator, name: string, status: WorkflowRun['status']): WorkflowRun {
  const about = { event: 'workflow_dispatch', headBranch: 'main', actor: 'olga', headSha: '0'.repeat(40) }
  const run = github.startRun({ repo: deploy, workflow: `.github/workflows/${name}.yml`, name, ...about })
  if (status !== 'queued') github.updateRun(run.id, { status })
  return run
}
