import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getOctokit } from '@actions/github'
import { createDeployRepo } from '../../rehearsal/fixtures/create-repositories.js'
import { filesBelow } from '../../rehearsal/fixtures/files.js'
import { appNumbers, rehearsalAppPermissions, repoNames } from '../../rehearsal/fixtures/names.js'
import { startGitHub } from '../../rehearsal/github/server.js'
import type { Emulator, Permissions, User } from '../../rehearsal/github/types.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { testAppJwt } from '../app-jwt.js'
import { expectNoViolations } from '../no-violations.js'
import { commitOn } from './code-lane.js'
import type { Start } from './start-action.js'

/** The deploy repo as the rehearsal builds it, with nothing published and no clusters: what is configured is all there. */
export interface SetupWorld extends AsyncDisposable {
  github: Emulator
  people: Record<string, User>
  /** Back to the healthy world. */
  restore(): Promise<void>
  /** An admin changes files of the deploy repo, past all rules; null removes one. */
  commit(files: Record<string, string | null>): Promise<void>
  read(path: string): Promise<string>
  /** As doctor.yml starts the doctor, with everything that lets it see; with an input `mode`, external-change as change.yml does. */
  start(inputs?: Record<string, string>): Promise<Start>
}

/** What doctor.yml gives to the job itself. */
const readerPermissions: Permissions = {
  ...{ actions: 'read', checks: 'read', contents: 'read' },
  ...{ deployments: 'read', issues: 'read', pull_requests: 'read' },
}

const deployAt = repoRef(repoNames.deploy)

export async function startSetupWorld(): Promise<SetupWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-setup-'))
  const github = await startGitHub({ dir: join(dir, 'repositories') })
  const olga = github.createUser('olga')
  const people: Record<string, User> = { olga }
  for (const login of ['ada', 'bob', 'otto']) people[login] = github.createUser(login)
  const bump = github.createApp({
    id: appNumbers.bump,
    slug: 'lockstep-bump',
    permissions: rehearsalAppPermissions.bump,
  })
  for (const repo of [repoNames.hub, repoNames.builder]) {
    await github.createRepository({ repo, files: await filesBelow('workflows-examples/upstream-repo'), author: 'ada' })
    const settings = github.repository(repo)
    settings.secrets['LOCKSTEP_BUMP_APP_KEY'] = bump.privateKey
    settings.requiredCheck = { name: 'lockstep / queue' }
  }
  const entry = { version: '1', sha256: '0'.repeat(64) }
  const first = { hub: { component: 'hub', ...entry }, builder: { component: 'builder', ...entry } }
  await createDeployRepo(github, first, { staging: 'a', amsterdam: 'b', berlin: 'c', chicago: 'd' })
  const keys = github.repository(repoNames.deploy).environments.get('lockstep')?.secrets ?? {}
  const client = (token: string): GitHub => getOctokit(token, { baseUrl: github.url })
  const asOlga = client(olga.token)
  const restore = await github.snapshot()
  const examined = (gateKey: string) => ({
    'upstream-token': github.mintJobToken(repoNames.deploy, readerPermissions, 1),
    ...(gateKey === '' ? {} : { 'app-id': String(appNumbers.gate) }),
    'app-key': gateKey,
    'bump-key': bump.privateKey,
    'settings-token': olga.token,
    'exposed-secrets': 'none',
  })

  return {
    github,
    people,
    restore,
    async commit(files) {
      const settings = github.repository(repoNames.deploy)
      const { adminsMayBypass } = settings
      settings.adminsMayBypass = true
      await commitOn(asOlga, deployAt, 'main', files)
      settings.adminsMayBypass = adminsMayBypass
    },
    async read(path) {
      const { data } = await asOlga.rest.repos.getContent({ ...deployAt, path, mediaType: { format: 'raw' } })
      return String(data)
    },
    async start(inputs = {}) {
      const gateKey = keys['LOCKSTEP_GATE_APP_KEY'] ?? ''
      return {
        inputs: {
          token: await gateToken(client, gateKey, inputs.mode),
          ...(inputs.mode === undefined ? examined(gateKey) : {}),
          ...inputs,
        },
        env: {
          GITHUB_REPOSITORY: repoNames.deploy,
          GITHUB_SHA: '0'.repeat(40),
          GITHUB_API_URL: github.url,
          GITHUB_SERVER_URL: github.url,
          GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
          GITHUB_EVENT_NAME: 'workflow_dispatch',
        },
      }
    },
    async [Symbol.asyncDispose]() {
      expectNoViolations(github)
      await github[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** With the permissions that doctor.yml, or change.yml, asks for. */
async function gateToken(client: (token: string) => GitHub, key: string, mode: string | undefined): Promise<string> {
  const app = client(await testAppJwt(appNumbers.gate, key))
  const { data: installation } = await app.rest.apps.getRepoInstallation({ ...deployAt })
  const permissions: Permissions =
    mode === undefined
      ? { contents: 'read', issues: 'read', members: 'read' }
      : {
          contents: 'read',
          checks: 'read',
          pull_requests: 'read',
          deployments: 'write',
          issues: 'write',
          members: 'read',
        }
  const { data } = await app.rest.apps.createInstallationAccessToken({
    installation_id: installation.id,
    repositories: [deployAt.repo],
    permissions,
  })
  return data.token
}
