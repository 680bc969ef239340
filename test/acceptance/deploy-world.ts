import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getOctokit } from '@actions/github'
import { execa } from 'execa'
import { rehearsalAppPermissions } from '../../rehearsal/fixtures/names.js'
import { usualBot } from '../../rehearsal/github/accounts.js'
import { startGitHub } from '../../rehearsal/github/server.js'
import type { Emulator, Permissions } from '../../rehearsal/github/types.js'
import { lockWith } from '../../shared/bump/lock.js'
import { sha256 } from '../../shared/foundation/digest.js'
import type { DeploymentRecord } from '../../shared/records/deployments.js'
import { externalId, gateCheckName, noDigest } from '../../shared/records/gate-check.js'
import { testAppJwt } from '../app-jwt.js'
import { expectNoViolations } from '../no-violations.js'
import { packChart, startChartServer } from './chart-server.js'
import { commitOn } from './code-lane.js'
import { recordAs } from './record-as.js'

export const deploy = 'hub-org/deploy'
export const at = { owner: 'hub-org', repo: 'deploy' }
const upstream = 'hub-org/hub'

type Octokit = ReturnType<typeof getOctokit>

export interface DeployWorld extends AsyncDisposable {
  github: Emulator
  dir: string
  /** Tokens of a writer, a job, the gate App. */
  tokens: { ada: string; job: string; gate: string }
  as(token: string): Octokit
  gateApp: number
  /** Its private key, PEM. */
  gateKey: string
  /** User id of its bot. */
  gateBot: number
  /** A token of the gate App with these permissions, and no others. */
  gateToken(permissions: Permissions): Promise<string>
  /** A folder with nothing but node, for PATH. */
  noTools: string
  /** Published versions of the upstream chart, oldest first. */
  versions: string[]
  /** Another version, from a change that was merged upstream. */
  publish(): Promise<string>
  /** The default branch's commit. */
  head(): Promise<string>
  /** Records a success of `commit` on a cluster, by whoever has the token. */
  recordSuccess(cluster: string, commit: string, change?: Partial<DeploymentRecord>, token?: string): Promise<void>
  /** Opens a pull request with these files; nothing is merged. */
  open(files: Record<string, string>): Promise<{ number: number; head: string }>
  /** The files that bump the hub to a version. */
  bump(version: string): Promise<Record<string, string>>
  check(
    pr: { number: number; head: string },
    conclusion?: 'success' | 'failure',
    about?: number,
    token?: string,
  ): Promise<void>
  /** Merges and returns the merge commit. */
  merge(pr: { number: number }): Promise<string>
  push(files: Record<string, string>): Promise<string>
  /** A new commit with the first files again, recorded as verified on every cluster. */
  verified(): Promise<string>
  /** A checkout of a commit; returns its directory. */
  checkout(commit: string): Promise<string>
  /** What a job of a run on `commit` has in its environment. */
  env(commit: string, workspace: string, change?: Record<string, string>): Record<string, string>
}

/** Files of the deploy repo besides chart and lock. `hosts` is what `host` in the values is, for each cluster. */
export const deployFiles = (gateApp: number, chartRepository: string, version: string, more: DeployFiles = {}) => ({
  '.github/deploy-policy.yml': (more.change ?? ((policy) => policy))(`version: 1
operators: ${more.operators ?? '[ada]'}
apps: { gate: { id: ${gateApp}, bot: ${usualBot(gateApp)} }, bump: { id: 4712, bot: 90004712 } }
releases:
  meta:
    chart: meta
    name: meta
    namespace: "{cluster}"
    values: ["config/common.yaml", "config/{cluster}.yaml"]
    plan-values: ["config/stand-in.yaml"]
    timeout: ${more.timeout ?? '2m'}
${more.releases ?? ''}host: host
clusters: ${more.clusters ?? '{ staging: { wave: staging }, primary: { wave: primary } }'}
components:
  hub:
    upstream: ${upstream}
    chart: meta/Chart.yaml#hub
    version: ["0.1.0-n{n}.h{commit}"]
    paths: ["chart/**"]
    checks: []
    version-endpoint: { url: "http://{host}/versions", path: hub }
smoke-tests:
  - { http: "http://{host}/health", status: 200, timeout: 20s }
`),
  'meta/Chart.yaml': `apiVersion: v2
name: meta
version: 0.0.1
dependencies:
  - name: hub
    version: ${version}
    repository: ${chartRepository}
`,
  'meta/values.yaml': '{}\n',
  'config/common.yaml': 'hub: { greeting: hello }\n',
  'config/staging.yaml': 'host: 127.0.0.1:1\n',
  'config/primary.yaml': 'host: 127.0.0.1:1\n',
  'config/stand-in.yaml': 'hub: { greeting: stand-in }\n',
  ...more.files,
})

export interface DeployFiles {
  /** As in the policy file. */
  operators?: string
  /** Besides ada; the test makes the users. */
  collaborators?: Record<string, 'read' | 'write'>
  timeout?: string
  /** More releases after "meta", as in the policy file: indented, each line with its end. */
  releases?: string
  /** As in the policy file; staging and primary if nothing is said. Each needs a `config/<name>.yaml`. */
  clusters?: string
  files?: Record<string, string>
  /** Makes another policy of the usual one. */
  change?: (policy: string) => string
}

/** A deploy repo at the first of two published versions, as the gate App and the bump made it; nothing recorded yet. */
export async function startDeployWorld(
  chart: (version: string) => Record<string, string> = () => ({}),
  more: DeployFiles = {},
): Promise<DeployWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-deploy-'))
  const github = await startGitHub({ dir: join(dir, 'repositories') })
  const as = (token: string): Octokit => getOctokit(token, { baseUrl: github.url })
  const ada = github.createUser('ada')
  await github.createRepository({
    repo: upstream,
    files: { 'chart/values.yaml': 'n: 0\n' },
    collaborators: { ada: 'write' },
    author: 'ada',
  })

  const server = await startChartServer()
  const archives = new Map<string, Buffer>()
  const versions: string[] = []
  const publish = (commit: string): string => {
    const version = `0.1.0-n${versions.length + 1}.h${commit.slice(0, 7)}`
    const archive = packChart('hub', version, chart(version))
    versions.push(version)
    archives.set(version, archive)
    server.publish('hub', version, archive)
    return version
  }
  publish(await tip(as(ada.token), 'hub'))
  publish(await mergedUpstream(as(ada.token), 1))

  const gate = github.createApp({
    id: 4711,
    slug: 'gate',
    permissions: rehearsalAppPermissions.gate,
  })
  const first = versions[0] ?? ''
  const lock = (version: string, text?: string): string =>
    lockWith(text, { component: 'hub', version, sha256: sha256(archives.get(version) ?? Buffer.from('')) })
  const files = { ...deployFiles(gate.id, server.url, first, more), '.github/deploy-lock.yml': lock(first) }
  await github.createRepository({
    repo: deploy,
    files,
    collaborators: { ada: 'write', ...more.collaborators },
    author: 'ada',
  })
  github.install(gate.id, deploy)
  const app = as(await testAppJwt(gate.id, gate.privateKey))
  const { data: installation } = await app.rest.apps.getRepoInstallation(at)
  const gateToken = async (permissions?: Permissions): Promise<string> => {
    const wanted = { installation_id: installation.id, ...(permissions ? { permissions } : {}) }
    return (await app.rest.apps.createInstallationAccessToken(wanted)).data.token
  }
  const job = github.mintJobToken(
    deploy,
    { actions: 'read', contents: 'read', checks: 'read', issues: 'read', deployments: 'read', pull_requests: 'read' },
    100,
  )
  const tokens = { ada: ada.token, job, gate: await gateToken() }
  const noTools = join(dir, 'no-tools')
  await mkdir(noTools)
  await symlink(process.execPath, join(noTools, 'node'))
  let branches = 0
  const { gitDir } = github.repository(deploy)

  const world: DeployWorld = {
    github,
    dir,
    tokens,
    as,
    gateApp: gate.id,
    gateKey: gate.privateKey,
    gateBot: gate.bot,
    gateToken,
    noTools,
    versions,
    publish: async () => publish(await mergedUpstream(as(ada.token), versions.length)),
    head: () => tip(as(ada.token), 'deploy'),
    async recordSuccess(cluster, commit, change = {}, token = tokens.gate) {
      await recordAs(
        { github: as(token) as never, repo: deploy, gateBot: gate.bot },
        {
          schema: 1,
          cluster,
          run: '1/1',
          commit,
          releases: [],
          verdict: 'pass',
          ...change,
          outcome: 'success',
          logUrl: `${github.url}/${deploy}/actions/runs/1`,
          environmentUrl: undefined,
          description: 'adopted',
        },
      )
    },
    async open(files) {
      const branch = `change-${++branches}`
      const client = as(ada.token)
      const head = await commitOn(client as never, at, branch, files)
      const { data } = await client.rest.pulls.create({ ...at, base: 'main', head: branch, title: branch })
      return { number: data.number, head }
    },
    async bump(version) {
      const client = as(ada.token)
      const read = (path: string) => contentOf(client, path)
      const [chartText, lockText] = [await read('meta/Chart.yaml'), await read('.github/deploy-lock.yml')]
      return {
        'meta/Chart.yaml': chartText.replace(/version: 0\.1\.0\S+/, `version: ${version}`),
        '.github/deploy-lock.yml': lock(version, lockText),
      }
    },
    async check(pr, conclusion = 'success', about = pr.number, token = tokens.gate) {
      await as(token).rest.checks.create({
        ...at,
        name: gateCheckName,
        head_sha: pr.head,
        status: 'completed',
        conclusion,
        external_id: externalId({ pr: about, base: pr.head, digest: noDigest, tier: 'none' }),
      })
    },
    async merge({ number }) {
      const { data } = await as(ada.token).rest.pulls.merge({ ...at, pull_number: number, merge_method: 'merge' })
      return data.sha
    },
    push: (files) => commitOn(as(ada.token) as never, at, 'main', files),
    async verified() {
      const commit = await commitOn(as(ada.token) as never, at, 'main', { ...files, 'README.md': `${++branches}\n` })
      for (const cluster of ['staging', 'primary']) await world.recordSuccess(cluster, commit)
      return commit
    },
    async checkout(commit) {
      const workspace = await mkdtemp(join(dir, 'workspace-'))
      await execa('git', ['clone', '--quiet', gitDir, workspace])
      await execa('git', ['checkout', '--quiet', commit], { cwd: workspace })
      return workspace
    },
    env: (commit, workspace, change = {}) => ({
      GITHUB_REPOSITORY: deploy,
      GITHUB_RUN_ID: '100',
      GITHUB_SHA: commit,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SERVER_URL: github.url,
      GITHUB_API_URL: github.url,
      GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
      GITHUB_EVENT_NAME: 'push',
      GITHUB_ACTOR: 'ada',
      GITHUB_WORKSPACE: workspace,
      ...change,
    }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      expectNoViolations(github)
      await github[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
  return world
}

/** A change upstream by pull request; returns the commit that versions are made from. */
async function mergedUpstream(client: Octokit, n: number): Promise<string> {
  const hub = { owner: 'hub-org', repo: 'hub' }
  const head = `change-${n}`
  const commit = await commitOn(client as never, hub, head, { 'chart/values.yaml': `n: ${n}\n` })
  const { data } = await client.rest.pulls.create({ ...hub, base: 'main', head, title: 'Change' })
  await client.rest.pulls.merge({ ...hub, pull_number: data.number, merge_method: 'merge' })
  return commit
}

async function tip(client: Octokit, repo: string, branch = 'main'): Promise<string> {
  const { data } = await client.rest.git.getRef({ owner: 'hub-org', repo, ref: `heads/${branch}` })
  return data.object.sha
}

async function contentOf(client: Octokit, path: string): Promise<string> {
  const { data } = await client.rest.repos.getContent({ ...at, path })
  if (Array.isArray(data) || data.type !== 'file') throw new Error(`${path} is no file`)
  return Buffer.from(data.content, 'base64').toString('utf8')
}
