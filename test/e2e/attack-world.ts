import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getOctokit } from '@actions/github'
import { execa } from 'execa'
import { inject } from 'vitest'
import { type Disposables, disposableStack } from '../../rehearsal/disposables.js'
import { binFolder } from '../../rehearsal/fixtures/bin-folder.js'
import { startChartRepository } from '../../rehearsal/fixtures/chart-repository.js'
import { createDeployRepo, createUpstreams } from '../../rehearsal/fixtures/create-repositories.js'
import { untilListening } from '../../rehearsal/fixtures/listening.js'
import {
  appNumbers,
  botNumbers,
  chartsPort,
  chartsUrl,
  clusterNames,
  registryAddress,
  repoNames,
} from '../../rehearsal/fixtures/names.js'
import { startRegistry } from '../../rehearsal/fixtures/registry.js'
import { stubActions } from '../../rehearsal/fixtures/stubs.js'
import { createPerson, type RehearsalUser } from '../../rehearsal/fixtures/users.js'
import { startGitHub } from '../../rehearsal/github/server.js'
import type { Emulator, WorkflowRun } from '../../rehearsal/github/types.js'
import { projectRoot } from '../../rehearsal/root.js'
import { type Runner, startRunner } from '../../rehearsal/runner/runner.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { writeRecord } from '../../shared/records/deployments.js'
import { testAppJwt } from '../app-jwt.js'

export const deploy = repoRef(repoNames.deploy)

/** The rehearsal's world without a cluster: every kubeconfig leads to a wire that nobody may touch. */
export interface AttackWorld extends AsyncDisposable {
  emulator: Emulator
  runner: Runner
  people: Record<'ada' | 'bob' | 'olga' | 'otto', RehearsalUser>
  /** Of the deploy repo, oldest first. */
  runs: WorkflowRun[]
  /** Requests that were made with a cluster's credentials. */
  touched: string[]
  /** A client with a token of the App, as who holds its key gets one. */
  asApp(app: 'bump' | 'gate'): Promise<AppClient>
  /** Commits on top of a branch of the deploy repo and pushes, with git; returns the commit. @throws where it is refused. */
  push(who: Pick<RehearsalUser, 'login' | 'token'>, change: PushedChange): Promise<string>
  /** The same to a branch of its own, and a pull request; returns its number. */
  propose(who: RehearsalUser, branch: string, change: Omit<PushedChange, 'to'>): Promise<number>
  /** What main was when the last cluster was verified. */
  verified: string
  /** Undoes what an admin did to main, past all rules: the next attack begins with the same. */
  restore(): Promise<void>
}

export interface AppClient {
  github: GitHub
  token: string
}

export interface PushedChange {
  /** Default: main. */
  from?: string
  to: string
  /** A branch that is merged in the same commit, whatever else that changes. */
  merge?: string
  /** What becomes of each file's text; '' where there is none yet. */
  edit: Record<string, (text: string) => string>
}

export async function startAttackWorld(): Promise<AttackWorld> {
  const parts = disposableStack()
  try {
    return { ...(await build(parts)), [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose]() }
  } catch (error) {
    await parts[Symbol.asyncDispose]()
    throw error
  }
}

async function build(parts: Disposables): Promise<Omit<AttackWorld, keyof AsyncDisposable>> {
  const tools = inject('tools')
  const dir = await mkdtemp(join(tmpdir(), 'attacks-'))
  parts.use({ [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) })
  const bin = await binFolder(dir, tools)
  const charts = parts.use(await startChartRepository(join(dir, 'charts'), chartsPort))
  parts.use(await startRegistry(tools.crane, registryAddress))
  const wire = await startWire(parts)
  await mkdir(join(dir, 'github'))
  const emulator = parts.use(await startGitHub({ dir: join(dir, 'github') }))
  const people = {
    ada: createPerson(emulator, 'ada', dir),
    bob: createPerson(emulator, 'bob', dir),
    olga: createPerson(emulator, 'olga', dir),
    otto: createPerson(emulator, 'otto', dir),
  }
  const env = {
    REGISTRY: registryAddress,
    CHARTS_DIR: charts.dir,
    CHARTS_URL: chartsUrl,
    PATH: `${bin}:${process.env['PATH']}`,
  }
  const first = await createUpstreams(emulator, { dir, env, crane: tools.crane })
  const kubeconfigs = { staging: wire.url, amsterdam: wire.url, berlin: wire.url, chicago: wire.url }
  await createDeployRepo(emulator, first, kubeconfigs)
  emulator.repository(repoNames.deploy).adminsMayBypass = true
  const { gitDir, environments } = emulator.repository(repoNames.deploy)
  const keys = {
    gate: environments.get('lockstep')?.secrets['LOCKSTEP_GATE_APP_KEY'] ?? '',
    bump: emulator.repository(repoNames.hub).secrets['LOCKSTEP_BUMP_APP_KEY'] ?? '',
  }
  const asApp = async (app: 'bump' | 'gate'): Promise<AppClient> => appClient(emulator, appNumbers[app], keys[app])
  const verified = await push(emulator, dir, people.olga, { to: 'main', edit: { 'README.md': (text) => `${text}\n` } })
  emulator.repository(repoNames.deploy).adminsMayBypass = false
  await recordVerified((await asApp('gate')).github, verified)

  const runs: WorkflowRun[] = []
  const runner = parts.use(
    startRunner({
      emulator,
      dir: join(dir, 'runs'),
      tools: { act: tools.act, path: [bin] },
      actions: stubActions(projectRoot),
      onRun: (run, { kind }) => {
        if (kind === 'run-queued' && run.repo === repoNames.deploy) runs.push(run)
      },
    }),
  )
  return {
    emulator,
    runner,
    people,
    runs,
    touched: wire.touched,
    asApp,
    verified,
    push: (who, change) => push(emulator, dir, who, change),
    async propose(who, branch, change) {
      await push(emulator, dir, who, { ...change, to: branch })
      const pull = { ...deploy, title: `Bump hub (${branch})`, head: branch, base: 'main' }
      return (await who.github.rest.pulls.create(pull)).data.number
    },
    async restore() {
      await runner.idle()
      await execa('git', ['update-ref', 'refs/heads/main', verified], { cwd: gitDir })
      emulator.repository(repoNames.deploy).adminsMayBypass = false
    },
  }
}

/** Listens where every cluster's API server should be, and remembers who came. */
async function startWire(parts: Disposables): Promise<{ url: string; touched: string[] }> {
  const touched: string[] = []
  const server = createServer((request, answer) => {
    touched.push(`${request.method} ${request.url}`)
    answer.writeHead(403).end()
  })
  parts.use({ [Symbol.asyncDispose]: await untilListening(server, 0) })
  const { port } = server.address() as AddressInfo
  const url = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'u', user: { token: 'the-credentials-of-a-cluster' } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  })
  return { url, touched }
}

async function appClient(emulator: Emulator, id: number, privateKey: string): Promise<AppClient> {
  const app = getOctokit(await testAppJwt(id, privateKey), { baseUrl: emulator.url })
  const { data: installation } = await app.rest.apps.getRepoInstallation({ ...deploy })
  const { data } = await app.rest.apps.createInstallationAccessToken({ installation_id: installation.id })
  return { token: data.token, github: getOctokit(data.token, { baseUrl: emulator.url }) }
}

/** Every cluster was deployed and tested at this commit: what the gate App would have written. */
async function recordVerified(gate: GitHub, commit: string): Promise<void> {
  for (const cluster of clusterNames) {
    await writeRecord(
      { github: gate, repo: repoNames.deploy, gateBot: botNumbers.gate },
      {
        ...{ schema: 1, cluster, run: '1/1', commit, releases: [], verdict: 'pass' },
        ...{ outcome: 'success', logUrl: 'http://127.0.0.1/', environmentUrl: undefined, description: 'adopted' },
      },
    )
  }
}

async function push(
  emulator: Emulator,
  dir: string,
  { login, token }: Pick<RehearsalUser, 'login' | 'token'>,
  { from = 'main', to, merge, edit }: PushedChange,
): Promise<string> {
  const cwd = await mkdtemp(join(dir, `${login}-`))
  const address = Object.assign(new URL(`${emulator.url}/${repoNames.deploy}.git`), {
    username: login,
    password: token,
  })
  const identity = ['-c', `user.name=${login}`, '-c', `user.email=${login}@hub.test`]
  const git = (...args: string[]) => execa('git', [...identity, ...args], { cwd })
  await git('clone', '--quiet', '--branch', from, address.href, '.')
  if (merge) await git('merge', '--quiet', '--no-ff', '--no-commit', `origin/${merge}`)
  for (const [path, change] of Object.entries(edit)) {
    const file = join(cwd, path)
    await writeFile(file, change(await readFile(file, 'utf8').catch(() => '')))
  }
  await git('add', '--all')
  await git('commit', '--quiet', '--message', `Change ${Object.keys(edit).join(', ')}`)
  await git('push', '--quiet', 'origin', `HEAD:refs/heads/${to}`)
  return (await git('rev-parse', 'HEAD')).stdout
}
