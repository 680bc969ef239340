import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import {
  actionsApp,
  addAccount,
  addApp,
  changeApp,
  createApp,
  createUser,
  installApp,
  installOnAll,
  issueToken,
  renameApp,
  suspendInstallation,
} from './accounts.js'
import { dumpState } from './dump.js'
import { reviewEnvironment } from './environment-reviews.js'
import { faultQueue } from './faults.js'
import { emitOnDefaultBranch } from './issues.js'
import { jobDeployment } from './job-deployments.js'
import { type Limits, requestLimiter } from './limits.js'
import { createRepository } from './repository.js'
import { githubRouter } from './router.js'
import { startRun, updateRun } from './runs.js'
import { stateSnapshot } from './snapshot.js'
import { newState, type Repo, type State } from './state.js'
import type { Emulator, Permissions } from './types.js'

export interface GitHubOptions {
  dir: string
  checked?: boolean
  port?: number | undefined
  limits?: Limits | undefined
}

/**
 * Starts a GitHub on loopback.
 *
 * @param options.dir an empty directory for the bare repositories; it is the caller's to remove.
 * @param options.port any free one where it is not given.
 * @param options.limits kept where they are given. Lockstep's client spaces its writes then, as on github.com: the address names
 *   `localhost`, by which it tells that (see shared/github/client.ts).
 * @param options.checked whether REST is held against GitHub's own description, see `violations`. On unless switched off.
 */
export async function startGitHub({ dir, checked = true, port = 0, limits }: GitHubOptions): Promise<Emulator> {
  const state = newState(dir)
  // GitHub's own accounts, with their real ids.
  addAccount(state, 'github', 'Organization', 9919)
  addAccount(state, 'web-flow', 'User', 19864447)
  addAccount(state, 'ghost', 'User', 10137)
  addApp(state, { ...actionsApp, permissions: {}, publicKey: '' }, 41898282)

  const { middleware, ...faults } = faultQueue()
  const limited = limits && requestLimiter(state, limits)
  const server = createAdaptorServer({
    fetch: githubRouter(state, middleware, { checked, limits: limited?.middleware }).fetch,
  })
  // Node ends an idle connection after 5 s; on a busy machine that meets the next request on it, which then fails with ECONNRESET.
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = 120_000
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  state.url = `http://${limits ? 'localhost' : '127.0.0.1'}:${(server.address() as AddressInfo).port}`

  const repository = (name: string): Repo => findRepository(state, name)
  return {
    url: state.url,
    events: state.events,
    requests: state.requests,
    violations: state.violations,
    get openRows() {
      return state.openRows
    },
    faults,
    newHour: () => limited?.newHour(),
    snapshot: () => stateSnapshot(state),
    dump: () => dumpState(state),
    settled: () => settled(state),
    onEvent: (listener) => listen(state.listeners, listener),
    onCancel: (listener) => listen(state.cancelListeners, listener),
    onRerun: (listener) => listen(state.rerunListeners, listener),
    createUser: (login) => createUser(state, login),
    createApp: (options) => createApp(state, options),
    renameApp: (appId, slug) => renameApp(state, appId, slug),
    changeApp: (appId, change) => changeApp(state, appId, change),
    suspend: (appId, repo, suspended) => suspendInstallation(state, appId, repository(repo), suspended),
    install: (appId, repo, permissions) => installApp(state, appId, repository(repo), permissions),
    installOnAll: (appId, owner) => installOnAll(state, appId, owner),
    createTeam: (org, slug, members) => void state.teams.set(`${org}/${slug}`.toLowerCase(), members),
    createRepository: (options) => createRepository(state, options),
    repository,
    mintJobToken: (repo, permissions, runId) => mintJobToken(state, repository(repo), permissions, runId),
    revokeToken: (token) => void state.tokens.delete(token),
    startRun: (run) => startRun(state, repository(run.repo), run),
    updateRun: (id, change) => updateRun(state, id, change),
    review: (runId, environment, cancelled) => reviewEnvironment(state, runId, environment, cancelled),
    jobDeployment: (runId, environment) => jobDeployment(state, runId, environment),
    schedule: (repo) =>
      emitOnDefaultBranch(state, repository(repo), undefined, 'schedule', undefined, { schedule: '' }),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
    },
  }
}

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** What a client sent before it was killed may still be on its way: one more request comes after it. */
async function settled(state: State): Promise<void> {
  await fetch(`${state.url}/meta`)
  while (state.working.size > 0) await Promise.race(state.working)
}

function findRepository(state: State, name: string): Repo {
  const repo = state.repos.get(name.toLowerCase())
  if (!repo) throw new Error(`There is no repository ${name}: create it first.`)
  return repo
}

function mintJobToken(state: State, repo: Repo, permissions: Permissions, runId: number): string {
  const app = state.apps.get(actionsApp.id)
  if (!app) throw new Error('The app of GitHub Actions is missing.')
  return issueToken(state, 'ghs', { kind: 'job', app, account: app.bot, repo: repo.fullName, permissions, runId }).token
}
