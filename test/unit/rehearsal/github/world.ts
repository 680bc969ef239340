import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getOctokit } from '@actions/github'
import { execa } from 'execa'
import { rehearsalAppPermissions } from '../../../../rehearsal/fixtures/names.js'
import { startGitHub } from '../../../../rehearsal/github/server.js'
import type { Emulator, Permissions } from '../../../../rehearsal/github/types.js'
import { testAppJwt } from '../../../app-jwt.js'
import { expectNoViolations } from '../../../no-violations.js'

export const deploy = 'hub-org/deploy'
export const at = { owner: 'hub-org', repo: 'deploy' }
export type Octokit = ReturnType<typeof getOctokit>

export interface World extends AsyncDisposable {
  github: Emulator
  dir: string
  ada: { login: string; token: string }
  client(token: string): Octokit
  /** `bot` is the user id of its bot. */
  gate: { id: number; bot: number; privateKey: string }
  /** An installation's token of the App `gate`, as the App itself gets one. */
  gateToken(narrow?: { permissions?: Permissions; repositories?: string[] }): Promise<string>
}

/** A deploy repo with an operator (ada, write), a reader (rob), a stranger (eve) and the installed App `gate`. */
export async function startWorld(permissions: Permissions = rehearsalAppPermissions.gate): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-github-'))
  const github = await startGitHub({ dir: join(dir, 'repositories') })
  const ada = github.createUser('ada')
  github.createUser('rob')
  await github.createRepository({
    repo: deploy,
    files: { 'meta/Chart.yaml': 'name: meta\nversion: 1\n', '.github/workflows/deploy.yml': 'name: Deploy\n' },
    collaborators: { ada: 'write', rob: 'read' },
    author: 'ada',
  })
  const gate = github.createApp({ id: 4711, slug: 'gate', permissions })
  github.install(gate.id, deploy)
  const client = (token: string): Octokit => getOctokit(token, { baseUrl: github.url })
  return {
    github,
    dir,
    ada,
    client,
    gate,
    async gateToken(narrow = {}) {
      const app = client(await testAppJwt(gate.id, gate.privateKey))
      const { data: installation } = await app.rest.apps.getRepoInstallation(at)
      const { data } = await app.rest.apps.createInstallationAccessToken({
        installation_id: installation.id,
        ...narrow,
      })
      return data.token
    },
    async [Symbol.asyncDispose]() {
      expectNoViolations(github)
      await github[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Runs git as a person would, with no configuration of this machine. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const identity = {
    GIT_AUTHOR_NAME: 'ada',
    GIT_AUTHOR_EMAIL: 'ada@users.noreply.github.com',
    GIT_COMMITTER_NAME: 'ada',
    GIT_COMMITTER_EMAIL: 'ada@users.noreply.github.com',
  }
  const env = { ...identity, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0' }
  const { stdout } = await execa('git', args, { cwd, env })
  return stdout
}

/** The clone's address with the token in it, as `actions/checkout` authenticates. */
export const remote = ({ github }: World, token: string, repo = deploy): string =>
  `${github.url.replace('//', `//x-access-token:${token}@`)}/${repo}.git`

/** A commit of one file on a new branch, by way of the API. */
export async function commitFile(client: Octokit, branch: string, path: string, text: string): Promise<string> {
  const { data: main } = await client.rest.git.getRef({ ...at, ref: 'heads/main' })
  await client.rest.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: main.object.sha })
  return commitOnto(client, branch, main.object.sha, path, text)
}

export async function commitOnto(
  client: Octokit,
  branch: string,
  expectedHeadOid: string,
  path: string,
  text: string,
): Promise<string> {
  const answer = await client.graphql<{ createCommitOnBranch: { commit: { oid: string } } }>(
    `mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }`,
    {
      input: {
        branch: { repositoryNameWithOwner: deploy, branchName: branch },
        expectedHeadOid,
        message: { headline: `Change ${path}`, body: 'Because.' },
        fileChanges: { additions: [{ path, contents: Buffer.from(text).toString('base64') }] },
      },
    },
  )
  return answer.createCommitOnBranch.commit.oid
}

/** Status, message and more of the refusal that a request must end with. */
export async function refusal(
  request: Promise<unknown>,
): Promise<{ status: number; message: string; errors: unknown; headers: Record<string, unknown> }> {
  try {
    await request
  } catch (error) {
    const { status, response } = error as {
      status: number
      response: { data: { message: string; errors?: unknown }; headers: Record<string, unknown> }
    }
    return { status, message: response.data.message, errors: response.data.errors, headers: response.headers }
  }
  throw new Error('The request was not refused.')
}
