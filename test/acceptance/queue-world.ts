import type { getOctokit } from '@actions/github'
import { definition } from '../../actions/deploy-queue/io.js'
import { deployQueue } from '../../actions/deploy-queue/run.js'
import { writeRecord } from '../../shared/records/deployments.js'
import { commitOn, type Lane, type Stage } from './code-lane.js'
import { runHere } from './run-here.js'
import { type Start, type Started, startAction } from './start-action.js'

type Octokit = ReturnType<typeof getOctokit>

/** What deploy-queue is asked in these tests, beside a lane's upstream and deploy repo. */
export interface LaneTools {
  /** Opens a pull request upstream by ada; nothing is merged. Returns its number. */
  open(change?: {
    files?: Record<string, string>
    title?: string
    body?: string
    draft?: boolean
    branch?: string
  }): Promise<number>
  /** Records, as the gate App, that a version is verified on the only cluster. */
  verified(version: string): Promise<void>
  /** deploy-queue, started upstream for a pull request, or for all. */
  judge(pull: number | 'all', inputs?: Record<string, string>): Promise<Started>
  /** The same with the committed bundle. */
  bundle(pull: number | 'all', inputs?: Record<string, string>): Promise<Started>
  /** The same for all, started in the deploy repo with the gate App's tokens; so many minutes from now. */
  fromDeployRepo(minutes?: number, inputs?: Record<string, string>): Promise<Started>
  /** With what the deploy repo starts it. */
  startFromDeployRepo(inputs?: Record<string, string>): Promise<Start>
  /** `state: description` of the status on a pull request's head; undefined where there is none. */
  status(pull: number): Promise<string | undefined>
  merge(pull: number, by: string): Promise<string>
}

/** A lane in which the first version is verified. */
export async function verifiedLane(stage: Stage): Promise<{ lane: Lane; tools: LaneTools }> {
  const lane = await stage.lane()
  const tools = laneTools(lane)
  await tools.verified(lane.firstVersion)
  return { lane, tools }
}

/** @param lane its gate App is installed upstream as well, as docs/adopting.md says. */
export function laneTools(lane: Lane): LaneTools {
  const { github, upstreamAt, deployAt, upstreamRepo, deployRepo } = lane
  const octokit: Octokit = lane.client(lane.ada.token)
  github.install(11, upstreamRepo)
  let count = 0
  let runs = 0

  const start = (about: number | 'all', repository: string, token: string, inputs: Record<string, string>): Start => ({
    inputs: {
      'deploy-repo': deployRepo,
      token,
      'deploy-token': github.mintJobToken(deployRepo, reads, 1),
      ...(about === 'all' ? { mode: 'reconcile' } : { mode: 'check', 'pull-request': String(about) }),
      ...inputs,
    },
    env: {
      GITHUB_REPOSITORY: repository,
      GITHUB_SHA: '0'.repeat(40),
      GITHUB_API_URL: github.url,
      GITHUB_SERVER_URL: github.url,
      GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
      GITHUB_EVENT_NAME: 'pull_request_target',
    },
  })
  const upstreamStart = (about: number | 'all', inputs: Record<string, string> = {}): Start =>
    start(about, upstreamRepo, github.mintJobToken(upstreamRepo, writes, 1), inputs)

  const fromDeployRepo = async (inputs: Record<string, string> = {}): Promise<Start> => {
    const token = await lane.token('gate')
    return start('all', deployRepo, token, { 'deploy-token': token, ...inputs })
  }

  return {
    async open({ files, title, body, draft = false } = {}) {
      const branch = `open-${++count}`
      await commitOn(octokit, upstreamAt, branch, files ?? { [`src/new-${count}.txt`]: `${count}\n` })
      const { data } = await octokit.rest.pulls.create({
        ...upstreamAt,
        ...{ base: 'main', head: branch, title: title ?? `Open ${count}`, draft },
        ...(body === undefined ? {} : { body }),
      })
      return data.number
    },
    async verified(version) {
      const { data } = await octokit.rest.git.getRef({ ...deployAt, ref: 'heads/main' })
      const identity = { ca: 'ca', namespaceUid: 'staging' }
      const release = { name: 'service', namespace: 'staging', revision: 1, inputDigest: 'x', identity }
      await writeRecord(
        { github: lane.client(await lane.token('gate')), repo: deployRepo, gateBot: 90000011 },
        {
          ...{ schema: 1, cluster: 'staging', run: `${++runs}/1`, commit: data.object.sha, verdict: 'pass' },
          releases: [{ ...release, components: { hub: version } }],
          ...{ outcome: 'success', logUrl: github.url, environmentUrl: undefined, description: 'verified' },
        },
      )
    },
    judge: (about, inputs) => runHere(definition, deployQueue, upstreamStart(about, inputs)),
    bundle: (about, inputs) => startAction('deploy-queue', upstreamStart(about, inputs)),
    async fromDeployRepo(minutes = 0, inputs = {}) {
      const now = (): Date => new Date(Date.now() + minutes * 60_000)
      return runHere(definition, deployQueue, await fromDeployRepo(inputs), now)
    },
    startFromDeployRepo: fromDeployRepo,
    async status(pull) {
      const { data } = await octokit.rest.pulls.get({ ...upstreamAt, pull_number: pull })
      const { data: statuses } = await octokit.rest.repos.listCommitStatusesForRef({
        ...upstreamAt,
        ref: data.head.sha,
      })
      const one = statuses.find(({ context }) => context === 'lockstep / queue')
      return one && `${one.state}: ${one.description}`
    },
    async merge(pull, by) {
      const { data } = await lane.client(by).rest.pulls.merge({ ...upstreamAt, pull_number: pull })
      return data.sha
    },
  }
}

const reads = { contents: 'read', deployments: 'read', issues: 'read', pull_requests: 'read' } as const
const writes = { contents: 'read', pull_requests: 'read', statuses: 'write' } as const
