import type { World } from '../../shared/action/world.js'
import { operatorsOf } from '../../shared/duty/operators.js'
import type { GitHub } from '../../shared/github/client.js'
import type { Commit } from '../../shared/github/compare.js'
import { readFile } from '../../shared/github/files.js'
import { readBlockers } from '../../shared/holds/blockers.js'
import { classifyWithCarried } from '../../shared/infra/carried.js'
import type { Classification } from '../../shared/infra/classify.js'
import { type ChangeFacts, type Derivation, decideChange } from '../../shared/infra/decide.js'
import { githubChanges } from '../../shared/infra/github-changes.js'
import { readHolidays } from '../../shared/infra/window.js'
import type { Policy } from '../../shared/policy/policy.js'
import type { Pull } from './pull.js'
import { readReviews } from './reviews.js'

/** What a change that is no pure bump is, and what it needs. */
export interface Judgement {
  what: Classification
  derivation: Derivation
  digest: string
}

export interface ChangeContext {
  github: GitHub
  repo: string
  policy: Policy
  pull: Pull
  /** The merge base, 40 hex digits. */
  base: string
  /** Of the pull request. */
  commits: readonly Commit[]
  world: Pick<World, 'http' | 'clock'>
}

/** Asks for people's words only where some are needed: what no cluster reads is judged by its files alone. */
export async function judgeChange(context: ChangeContext): Promise<Judgement> {
  const { github, repo, policy, pull, base, world } = context
  const changes = await githubChanges(github, repo, policy, base, pull.head)
  const what = await classifyWithCarried(changes, policy, world.http)
  const people = what.tier === 'none' ? nobody : await peopleOf(context, changes.digest)
  const facts: ChangeFacts = { what, digest: changes.digest, evidence: [], standby: undefined, ...people }
  return { what, digest: changes.digest, derivation: decideChange(policy, facts, world.clock.now()) }
}

type People = Pick<ChangeFacts, 'authors' | 'reviews' | 'freezes' | 'holidays'>

const nobody: People = { authors: [], reviews: [], freezes: [], holidays: {} }

async function peopleOf({ github, repo, policy, pull, commits }: ChangeContext, digest: string): Promise<People> {
  const standingOf = operatorsOf(github, policy)
  // Who opened it comes first. GitHub itself commits what people press there.
  const logins = [pull.author, ...commits.flatMap(({ author, committer }) => [author, committer])]
  const known = [...new Set(logins)].filter((login) => login !== undefined && login !== '' && login !== 'web-flow')
  const authors = await Promise.all(
    known
      .flatMap((login) => (login === undefined ? [] : [login]))
      .map(async (login) => ({ login, standing: await standingOf(login) })),
  )
  const reviews = await readReviews({ github, repo, pull, digest, standingOf })
  const blockers = await readBlockers(github, repo, policy)
  const freezes = blockers.filter(({ kind }) => kind === 'frozen').map(({ title }) => title)
  return { authors, reviews, freezes, holidays: await holidaysOf(github, repo, policy, pull.defaultBranch) }
}

async function holidaysOf(
  github: GitHub,
  repo: string,
  { windows }: Policy,
  branch: string,
): Promise<People['holidays']> {
  const dates: Record<string, readonly string[] | undefined> = {}
  for (const [tier, window] of Object.entries(windows)) {
    if (window?.holidays === undefined) continue
    const text = await readFile(github, repo, window.holidays, branch)
    dates[tier] = text === undefined ? undefined : readHolidays(text)
  }
  return dates
}
