import { createHash } from 'node:crypto'
import { listRefs } from './git.js'
import { commitLog } from './git-commits.js'
import type { CheckRun, CommitStatus, Deployment, Issue, Repo, State } from './state.js'

/**
 * All that people and programs find on this GitHub, without what differs from run to run: ids, times, and the commits' SHAs,
 * which become hashes of what the commits hold. Two states with equal dumps are the same to everybody.
 */
export async function dumpState(state: State): Promise<string> {
  const repos = [...state.repos.values()].sort((a, b) => a.fullName.localeCompare(b.fullName))
  return JSON.stringify(Object.fromEntries(await Promise.all(repos.map(dumpRepository))), null, 1)
}

async function dumpRepository(repo: Repo): Promise<[string, unknown]> {
  const refs = (await listRefs(repo.gitDir)).filter(({ ref }) => !ref.startsWith('refs/pull/'))
  const content = {
    refs: refs.map(({ ref, sha }) => `${ref} ${sha}`),
    labels: repo.labels.map(({ name, color, description }) => ({ name, color, description })),
    issues: [...repo.issues.values()].map(dumpIssue),
    checks: repo.checks.map(dumpCheck),
    statuses: repo.statuses.map(dumpStatus),
    deployments: repo.deployments.map(dumpDeployment),
  }
  const names = await commitNames(repo)
  const text = JSON.stringify(content)
    .replace(/\b[0-9a-f]{7,40}\b/g, (hex) => named(names, hex) ?? hex)
    .replace(/\b\d{4}-\d\d-\d\d \d\d:\d\d\b/g, 'some time')
  return [repo.fullName, JSON.parse(text)]
}

/** Every commit by what it holds and what came before it. */
async function commitNames(repo: Repo): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for (const commit of await commitLog(repo.gitDir, ['--all', '--topo-order', '--reverse'])) {
    const { sha, tree, parents, author, committer, message } = commit
    const people = [author.name, author.email, committer.name, committer.email]
    const whole = [tree, ...parents.map((parent) => names.get(parent)), ...people, repo.verified.has(sha), message]
    names.set(sha, createHash('sha256').update(JSON.stringify(whole)).digest('hex').slice(0, 12))
  }
  return names
}

function named(names: Map<string, string>, hex: string): string | undefined {
  for (const [sha, name] of names) if (sha.startsWith(hex)) return `commit-${name}`
  return undefined
}

const login = ({ login }: { login: string }): string => login

const dumpIssue = ({ number, title, body, state, stateReason, author, labels, assignees, comments, pull }: Issue) => ({
  number,
  title,
  body,
  state,
  stateReason,
  author: author.login,
  labels: labels.map(({ name }) => name).sort(),
  assignees: assignees.map(login).sort(),
  comments: comments.map(({ author, body, reactions = [] }) => ({
    author: author.login,
    body,
    reactions: reactions.map((one) => `${one.author.login} ${one.content}`),
  })),
  pull: pull && {
    head: `${pull.head} ${pull.headSha}`,
    fork: pull.fork,
    base: pull.base,
    draft: pull.draft,
    merged: pull.merged && `${pull.merged.sha} by ${pull.merged.by?.login}`,
    reviews: pull.reviews.map((review) => [review.author.login, review.state, review.body]),
    reviewers: pull.requestedReviewers.map(login).sort(),
    autoMerge: pull.autoMerge?.method,
  },
})

const dumpCheck = ({ app, name, headSha, externalId, status, conclusion, output }: CheckRun) => ({
  app: app.slug,
  name,
  headSha,
  externalId,
  status,
  conclusion,
  output,
})

const dumpStatus = ({ sha, context, state, description, targetUrl, creator }: CommitStatus) => ({
  sha,
  context,
  state,
  description,
  targetUrl,
  creator: creator.login,
})

const dumpDeployment = ({ sha, ref, task, environment, payload, description, creator, statuses }: Deployment) => ({
  sha,
  ref,
  task,
  environment,
  payload,
  description,
  creator: creator.login,
  statuses: statuses.map((status) => [status.state, status.description, status.logUrl, status.environmentUrl]),
})
