import type { Log } from '../../shared/foundation/log.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { hasStatus } from '../../shared/github/errors.js'
import { graphqlTypes } from '../../shared/github/graphql.js'
import type { Label } from '../../shared/github/labels.js'
import { limitOf } from '../../shared/github/limits.js'
import type { BumpPull } from './bump-branch.js'
import { bumpBody, bumpTitle, type DescribedBump } from './describe.js'
import { Raced } from './publish.js'

const label: Label = 'deploy-bump'

/** What GitHub keeps of a list of assignees. */
const maxAssignees = 10

export interface PullOptions {
  draft: boolean
  autoMerge: 'off' | 'merge' | 'squash' | 'rebase'
  log: Log
}

/**
 * Makes title, text, label, assignees, reviewers and auto-merge what they should be, and writes only what is not so yet.
 * Returns whether anything was.
 *
 * @throws Raced where another run has written to it meanwhile.
 */
export async function completePull(
  github: GitHub,
  repo: string,
  bump: DescribedBump,
  options: PullOptions,
  pull: BumpPull,
): Promise<boolean> {
  const issue = { ...repoRef(repo), issue_number: pull.number }
  let assignees = pull.assignees
  const missing = (): string[] => bump.duty.filter((login) => !includes(assignees, login))
  let written = false

  // Who is mentioned in the text was tried before, and has no access here.
  const tried = pull.body === bumpBody(bump, missing(), pull.body)
  if (missing().length > 0 && !tried) {
    // GitHub drops without a word who has no access; its answer tells who is left.
    const { data } = await github.rest.issues.addAssignees({ ...issue, assignees: bump.duty.slice(0, maxAssignees) })
    if (data.title !== pull.title) throw new Raced(`The pull request #${pull.number}`)
    assignees = (data.assignees ?? []).map(({ login }) => login)
    written = true
  }
  const wanted = { title: bumpTitle(bump), body: bumpBody(bump, missing(), pull.body) }
  if (pull.title !== wanted.title || pull.body !== wanted.body) {
    await github.rest.pulls.update({ ...repoRef(repo), pull_number: pull.number, ...wanted })
    written = true
  }
  // The label comes last: while it is missing the rest is not done yet, and what people undo later stays undone.
  if (!pull.labels.includes(label)) {
    await requestReviewers(github, repo, bump, pull, options.log)
    await enableAutoMerge(github, options, pull)
    await github.rest.issues.addLabels({ ...issue, labels: [label] })
    written = true
  }
  return written
}

async function requestReviewers(
  github: GitHub,
  repo: string,
  { component }: DescribedBump,
  pull: BumpPull,
  log: Log,
): Promise<void> {
  const missing = component.reviewers.filter((name) => !includes([...pull.reviewers, pull.author], name))
  if (missing.length === 0) return
  const teams = missing.filter((name) => name.includes('/'))
  const people = missing.filter((name) => !name.includes('/'))
  try {
    await github.rest.pulls.requestReviewers({
      ...repoRef(repo),
      pull_number: pull.number,
      ...(people.length > 0 ? { reviewers: people } : {}),
      ...(teams.length > 0 ? { team_reviewers: teams.map((name) => name.split('/')[1] ?? '') } : {}),
    })
  } catch (error) {
    if (!hasStatus(error, 422)) throw error
    log.warning(
      `GitHub does not accept a review request to ${missing.join(', ')} for #${pull.number}. Give them access to ${repo}, or correct "reviewers" of ${component.name} in the policy.`,
    )
  }
}

const mutation = `mutation ($pullRequestId: ID!, $mergeMethod: PullRequestMergeMethod!) {
  enablePullRequestAutoMerge(input: { pullRequestId: $pullRequestId, mergeMethod: $mergeMethod }) { clientMutationId }
}`

async function enableAutoMerge(github: GitHub, { autoMerge, log }: PullOptions, pull: BumpPull): Promise<void> {
  if (autoMerge === 'off' || pull.autoMerge) return
  try {
    await github.graphql(mutation, { pullRequestId: pull.nodeId, mergeMethod: autoMerge.toUpperCase() })
  } catch (error) {
    if (graphqlTypes(error).length === 0 || limitOf(error)) throw error
    log.warning(
      `Auto-merge was not enabled for #${pull.number}: ${error instanceof Error ? error.message : error}. It needs "Allow auto-merge" and this merge method in the repository's settings, a required check that is not green yet, and a pull request that is no draft.`,
    )
  }
}

const includes = (names: string[], name: string): boolean =>
  names.some((candidate) => candidate.toLowerCase() === name.toLowerCase())
