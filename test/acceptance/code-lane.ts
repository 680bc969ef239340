import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getOctokit } from '@actions/github'
import { definition as gateDefinition } from '../../actions/infra-change-gate/io.js'
import { infraChangeGate } from '../../actions/infra-change-gate/run.js'
import { definition as bumpDefinition } from '../../actions/open-bump-pr/io.js'
import { openBumpPr } from '../../actions/open-bump-pr/run.js'
import { rehearsalAppPermissions } from '../../rehearsal/fixtures/names.js'
import { startGitHub } from '../../rehearsal/github/server.js'
import type { Emulator, Permissions, User } from '../../rehearsal/github/types.js'
import { lockWith } from '../../shared/bump/lock.js'
import { fetchArtifact, listVersions } from '../../shared/bump/published.js'
import { sha256 } from '../../shared/foundation/digest.js'
import { type GitHub, type RepoRef, repoRef } from '../../shared/github/client.js'
import { readFile } from '../../shared/github/files.js'
import { testAppJwt } from '../app-jwt.js'
import { expectNoViolations } from '../no-violations.js'
import { type ChartServer, packChart, startChartServer } from './chart-server.js'
import { runHere } from './run-here.js'
import { type Start, type Started, startAction } from './start-action.js'

export const policyPath = '.github/deploy-policy.yml'
export const lockPath = '.github/deploy-lock.yml'
export const chartPath = 'meta/Chart.yaml'

export const policyFor = (upstream: string): string => `version: 1
operators: [ada]
apps: { gate: { id: 11, bot: 90000011 }, bump: { id: 12, bot: 90000012 } }
releases:
  service: { chart: meta, name: service, namespace: "{cluster}", values: [] }
clusters:
  staging: { wave: staging }
components:
  hub:
    upstream: ${upstream}
    chart: meta/Chart.yaml#hub
    version: ["1.0.0-0.dev.git.{n}.h{commit}"]
    paths: ["chart/**", "src/**"]
`

export const metaChart = (version: string, repository: string): string =>
  `# The service and what it stands on\napiVersion: v2\nname: meta\nversion: "0.0.1"\ndependencies:\n  - name: hub\n    version: "${version}"   # bumped\n    repository: ${repository}\n  - name: other\n    version: 1.2.3\n    repository: ${repository}\n`

/** What came of a merge upstream. */
export interface Merged {
  /** The merge commit. */
  merge: string
  /** The pull request's own commit: chartpress names this one. */
  commit: string
  number: number
}

/**
 * An upstream repository and a deploy repo with one component, its chart repository, and people: ada may write in both
 * repositories, bob only upstream. The first version is published and deployed.
 */
export interface Lane extends AsyncDisposable {
  github: Emulator
  charts: ChartServer
  ada: User
  bob: User
  /** `owner/name` of the two repositories, and the same as every REST call wants them. */
  upstreamRepo: string
  deployRepo: string
  upstreamAt: RepoRef
  deployAt: RepoRef
  firstVersion: string
  firstCommit: string
  client(token: string): GitHub
  /** A pull request upstream, merged by `by`. */
  merge(
    by: User,
    change?: {
      title?: string
      files?: Record<string, string>
      author?: User
      method?: 'merge' | 'squash'
      /** What upstream's check "ci" says of what was merged; none where it says nothing. Default: it is green. */
      ci?: 'success' | 'failure' | 'pending' | 'none'
    },
  ): Promise<Merged>
  /** Publishes a chart for an upstream commit, by default under chartpress's version of it; returns the version. */
  publish(commit: string, files?: Record<string, string>, version?: string): string
  token(app: 'bump' | 'gate', permissions?: Permissions): Promise<string>
  /** open-bump-pr upstream, for a commit. */
  bump(commit: string, inputs?: Record<string, string>): Promise<Started>
  /** infra-change-gate in the deploy repo, for a pull request, or for the newest comment under one. */
  gate(pull: number, trigger?: 'issue_comment'): Promise<Started>
  /** The same with the committed bundle, as the runner starts it. */
  bundle: Pick<Lane, 'bump' | 'gate'>
  /** With what those are started. */
  starts: {
    bump(commit: string, inputs?: Record<string, string>): Promise<Start>
    gate(pull: number, inputs?: Record<string, string>, trigger?: 'issue_comment'): Promise<Start>
  }
  /** infra-change-gate in this process, started in another way. */
  gateStarted(start: Start): Promise<Started>
  /** Of a version that is published. */
  sha256Of(version: string): Promise<string>
  deployed(path: string, ref?: string): Promise<string | undefined>
  /** A pull request in the deploy repo, made by hand. */
  propose(
    branch: string,
    files: Record<string, string | null>,
    more?: { by?: User; base?: string; draft?: boolean },
  ): Promise<number>
  /** A commit by ada straight on the deploy repo's main. */
  push(files: Record<string, string>): Promise<string>
  openPulls(): Promise<Awaited<ReturnType<GitHub['rest']['pulls']['list']>>['data']>
}

/** A GitHub with the two Apps and the people, on which lanes are set up: one for a file of tests saves their start. */
export interface Stage extends AsyncDisposable {
  /** @param change makes another policy of the usual one. @param writers in the deploy repo, besides ada. */
  lane(change?: (policy: string) => string, writers?: readonly string[]): Promise<Lane>
  createUser(login: string): User
}

export async function startStage(): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-lane-'))
  const github = await startGitHub({ dir: join(dir, 'repositories') })
  const people = { ada: github.createUser('ada'), bob: github.createUser('bob') }
  const apps = {
    gate: github.createApp({ id: 11, slug: 'acme-gate', permissions: rehearsalAppPermissions.gate }),
    bump: github.createApp({ id: 12, slug: 'acme-bump', permissions: rehearsalAppPermissions.bump }),
  }
  let lanes = 0
  return {
    createUser: (login) => github.createUser(login),
    lane: (change = (policy) => policy, writers = []) => setUp(github, people, apps, ++lanes, change, writers),
    async [Symbol.asyncDispose]() {
      expectNoViolations(github)
      await github[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

type Key = { id: number; privateKey: string }

async function setUp(
  github: Emulator,
  { ada, bob }: { ada: User; bob: User },
  apps: { gate: Key; bump: Key },
  number: number,
  change: (policy: string) => string,
  writers: readonly string[],
): Promise<Lane> {
  const [upstreamRepo, deployRepo] = [`acme/hub-${number}`, `acme/deploy-${number}`]
  const [upstreamAt, deployAt] = [repoRef(upstreamRepo), repoRef(deployRepo)]
  const charts = await startChartServer()
  const client = (token: string): GitHub => getOctokit(token, { baseUrl: github.url })

  await github.createRepository({
    repo: upstreamRepo,
    files: { 'chart/Chart.yaml': 'name: hub\n', 'src/main.txt': 'one\n', 'docs/README.md': '# Hub\n' },
    collaborators: { ada: 'write', bob: 'write' },
    author: 'ada',
  })
  const { data: first } = await client(ada.token).rest.git.getRef({ ...upstreamAt, ref: 'heads/main' })
  const firstCommit = first.object.sha
  const counter = { published: 0, branches: 0 }
  const publish = (commit: string, files: Record<string, string> = {}, given?: string): string => {
    const version = given ?? `1.0.0-0.dev.git.${++counter.published}.h${commit.slice(0, 8)}`
    charts.publish('hub', version, packChart('hub', version, { 'templates/hub.yaml': `# ${commit}\n`, ...files }))
    return version
  }
  const firstVersion = publish(firstCommit)
  const archive = packChart('hub', firstVersion, { 'templates/hub.yaml': `# ${firstCommit}\n` })

  await github.createRepository({
    repo: deployRepo,
    files: {
      [policyPath]: change(policyFor(upstreamRepo)),
      [chartPath]: metaChart(firstVersion, charts.url),
      [lockPath]: lockWith(undefined, { component: 'hub', version: firstVersion, sha256: sha256(archive) }),
      'README.md': '# Deploy\n',
    },
    collaborators: Object.fromEntries(['ada', ...writers].map((login) => [login, 'write' as const])),
    author: 'ada',
  })
  github.install(apps.gate.id, deployRepo)
  github.install(apps.bump.id, deployRepo)

  const env = (repository: string, sha: string): Record<string, string> => ({
    GITHUB_REPOSITORY: repository,
    GITHUB_SHA: sha,
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: github.url,
    GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
  })
  const reader = (repo: string): string => github.mintJobToken(repo, { contents: 'read', pull_requests: 'read' }, 1)
  const bumpStart = async (commit: string, inputs: Record<string, string> = {}): Promise<Start> => ({
    inputs: {
      mode: 'open',
      component: 'hub',
      'deploy-repo': deployRepo,
      token: inputs.token ?? (await lane.token('bump')),
      'upstream-token': reader(upstreamRepo),
      wait: '0s',
      ...inputs,
    },
    env: env(upstreamRepo, commit),
  })
  const gateStart = async (
    pull: number,
    inputs: Record<string, string> = {},
    trigger?: 'issue_comment',
  ): Promise<Start> => ({
    inputs: {
      mode: 'check',
      token: inputs.token ?? (await lane.token('gate')),
      'upstream-token': reader(deployRepo),
      'pull-request': String(pull),
      ...inputs,
    },
    env: { ...env(deployRepo, '0'.repeat(40)), GITHUB_EVENT_NAME: trigger ?? 'pull_request_target' },
    event: trigger ? github.events.findLast(({ name }) => name === trigger)?.payload : {},
  })
  const lane: Lane = {
    github,
    charts,
    ada,
    bob,
    upstreamRepo,
    deployRepo,
    upstreamAt,
    deployAt,
    firstVersion,
    firstCommit,
    client,
    publish,
    async merge(by, { title, files, author = by, method = 'merge', ci = 'success' } = {}) {
      const count = ++counter.branches
      const octokit = client(author.token)
      const commit = await commitOn(
        octokit,
        upstreamAt,
        `change-${count}`,
        files ?? { 'src/main.txt': `change ${count}\n` },
      )
      const { data: pull } = await octokit.rest.pulls.create({
        ...upstreamAt,
        base: 'main',
        head: `change-${count}`,
        title: title ?? `Change ${count}`,
      })
      const { data: merged } = await client(by.token).rest.pulls.merge({
        ...upstreamAt,
        pull_number: pull.number,
        merge_method: method,
      })
      if (ci !== 'none') {
        const status = { ...upstreamAt, sha: merged.sha, context: 'ci', state: ci }
        await client(by.token).rest.repos.createCommitStatus(status)
      }
      return { merge: merged.sha, commit, number: pull.number }
    },
    async token(app, narrow) {
      const octokit = client(await testAppJwt(apps[app].id, apps[app].privateKey))
      const { data: installation } = await octokit.rest.apps.getRepoInstallation({ ...deployAt })
      const { data } = await octokit.rest.apps.createInstallationAccessToken({
        installation_id: installation.id,
        ...(narrow ? { permissions: narrow } : {}),
      })
      return data.token
    },
    bump: async (commit, inputs) => runHere(bumpDefinition, openBumpPr, await bumpStart(commit, inputs)),
    gate: async (pull, trigger) => runHere(gateDefinition, infraChangeGate, await gateStart(pull, {}, trigger)),
    starts: { bump: bumpStart, gate: gateStart },
    bundle: {
      bump: async (commit, inputs) => startAction('open-bump-pr', await bumpStart(commit, inputs)),
      gate: async (pull, trigger) => startAction('infra-change-gate', await gateStart(pull, {}, trigger)),
    },
    gateStarted: (start) => runHere(gateDefinition, infraChangeGate, start),
    async sha256Of(wanted) {
      const source = { kind: 'chart', repository: charts.url, chart: 'hub' } as const
      const listed = (await listVersions(fetch, source)).find(({ version }) => version === wanted)
      if (!listed) throw new Error(`${wanted} is not published`)
      return (await fetchArtifact(fetch, source, listed)).sha256
    },
    deployed: (path, ref = 'main') => readFile(client(ada.token), deployRepo, path, ref),
    async propose(branch, files, { by = ada, base = 'main', draft = false } = {}) {
      const octokit = client(by.token)
      await commitOn(octokit, deployAt, branch, files)
      const { data } = await octokit.rest.pulls.create({
        ...deployAt,
        base,
        head: branch,
        title: `By hand: ${branch}`,
        draft,
      })
      return data.number
    },
    push: (files) => commitOn(client(ada.token), deployAt, 'main', files),
    async openPulls() {
      const { data } = await client(ada.token).rest.pulls.list({ ...deployAt, state: 'open' })
      return data
    },
    async [Symbol.asyncDispose]() {
      await charts[Symbol.asyncDispose]()
    },
  }
  return lane
}

/** One commit with these files on a branch, which is made from `main` where it is not there; null removes a file. */
export async function commitOn(
  octokit: GitHub,
  at: { owner: string; repo: string },
  branch: string,
  files: Record<string, string | null>,
  message = `Work on ${branch}`,
  mode: '100644' | '100755' = '100644',
): Promise<string> {
  const { data: refs } = await octokit.rest.git.listMatchingRefs({ ...at, ref: `heads/${branch}` })
  const there = refs.some(({ ref }) => ref === `refs/heads/${branch}`)
  const { data: base } = await octokit.rest.git.getRef({ ...at, ref: `heads/${there ? branch : 'main'}` })
  const parent = base.object.sha
  const { data: tree } = await octokit.rest.git.createTree({
    ...at,
    base_tree: parent,
    tree: Object.entries(files).map(([path, content]) =>
      content === null ? { path, mode, type: 'blob', sha: null } : { path, mode, type: 'blob', content },
    ),
  })
  const { data: commit } = await octokit.rest.git.createCommit({ ...at, message, tree: tree.sha, parents: [parent] })
  if (there) await octokit.rest.git.updateRef({ ...at, ref: `heads/${branch}`, sha: commit.sha })
  else await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: commit.sha })
  return commit.sha
}
