import { bumpBranch } from '../../shared/bump/branch.js'
import type { BumpEdit } from '../../shared/bump/edit.js'
import { readBumpFiles } from '../../shared/bump/files.js'
import { readCurrent } from '../../shared/bump/targets.js'
import type { GitHub } from '../../shared/github/client.js'
import { isUntouched } from '../../shared/github/commit.js'
import { type CommitComparison, compareCommits } from '../../shared/github/compare.js'
import { blobSha, readFiles } from '../../shared/github/files.js'
import { firstInPages } from '../../shared/github/pages.js'
import { type ListedPull, pullsFrom } from '../../shared/github/pulls-from.js'
import type { CommitRelation, OpenBump } from './decide.js'
import { compareUpstream, type DeployedVersion } from './facts.js'

/** The bump branch on the deploy repo and what is known about it. */
export interface BumpBranch extends OpenBump {
  tip: string
  pull: BumpPull | undefined
}

export interface BumpPull {
  number: number
  nodeId: string
  url: string
  title: string
  body: string
  labels: string[]
  assignees: string[]
  reviewers: string[]
  draft: boolean
  /** GitHub merges it by itself once it may. */
  autoMerge: boolean
  /** The head commit, 40 hex digits. */
  head: string
  /** Who opened it: `[bot]` at its end where that is an App. */
  author: string
}

type Opened = Awaited<ReturnType<GitHub['rest']['pulls']['create']>>['data']

/** What is wanted on the branch: the upstream commit (40 hex digits) and the edit; no edit where nothing is. */
export interface WantedBump {
  commit: string
  edit: BumpEdit | undefined
}

/** The component's pull requests, newest first, open and closed. */
export async function listPulls(github: GitHub, { repo, component }: DeployedVersion): Promise<ListedPull[]> {
  const where = { branch: bumpBranch(component.name), base: repo.main.name, state: 'all' as const }
  return firstInPages(pullsFrom(github, repo.name, where), 10)
}

export async function readBumpBranch(
  github: GitHub,
  upstream: GitHub,
  deployed: DeployedVersion,
  pulls: ListedPull[],
  wanted: WantedBump,
): Promise<BumpBranch | undefined> {
  const { repo } = deployed
  const open = pulls.find(({ state }) => state === 'open')
  const tip = open?.head.sha ?? repo.tip
  if (tip === undefined) return undefined

  const work = await compareCommits(github, repo.name, repo.main.tip, tip)
  const untouched = isUntouched(work)
  const current = wanted.edit !== undefined && holds(work, wanted.edit)
  const toOpen = untouched && !current ? await relationTo(github, upstream, deployed, tip, wanted.commit) : 'identical'
  return { tip, pull: open && bumpPullOf(open), number: open?.number, untouched, current, toOpen }
}

/** How the wanted version relates to the one of the last pull request, if somebody closed that without merging. */
export async function relationToDeclined(
  github: GitHub,
  upstream: GitHub,
  deployed: DeployedVersion,
  pulls: ListedPull[],
  commit: string,
): Promise<{ number: number; relation: CommitRelation } | undefined> {
  const [last] = pulls
  if (!last || last.state === 'open' || last.merged_at !== null) return undefined
  return { number: last.number, relation: await relationTo(github, upstream, deployed, last.head.sha, commit) }
}

export const bumpPullOf = (pull: ListedPull | Opened): BumpPull => ({
  number: pull.number,
  nodeId: pull.node_id,
  url: pull.html_url,
  title: pull.title,
  body: (pull.body ?? '').replaceAll('\r\n', '\n'),
  labels: pull.labels.map(({ name }) => name),
  assignees: (pull.assignees ?? []).map(({ login }) => login),
  reviewers: (pull.requested_reviewers ?? []).map(({ login }) => login),
  draft: pull.draft === true,
  autoMerge: pull.auto_merge !== null,
  head: pull.head.sha,
  author: pull.user?.login ?? '',
})

/** Whether the branch changes exactly these files to exactly these texts. */
const holds = ({ files }: CommitComparison, edit: BumpEdit): boolean =>
  files.length === edit.size && files.every(({ path, blob }) => blob === blobSha(edit.get(path) ?? '\0'))

async function relationTo(
  github: GitHub,
  upstream: GitHub,
  { repo, component }: DeployedVersion,
  tip: string,
  commit: string,
): Promise<CommitRelation> {
  const files = await readBumpFiles(component, (paths) => readFiles(github, repo.name, paths, tip))
  const { version } = readCurrent(component, files)
  return (await compareUpstream(upstream, { component, version }, commit)).status
}
