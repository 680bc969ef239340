import { MissingPermission, UserError } from '../../shared/action/errors.js'
import type { Edit } from '../../shared/bump/edit.js'
import { type Branch, branchTip } from '../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { createCommit } from '../../shared/github/commit.js'
import { hasStatus } from '../../shared/github/errors.js'
import { type Bump, bumpBody, bumpTitle, commitMessage } from './describe.js'
import { type BumpBranch, bumpBranch, type Pull } from './facts.js'

const label = 'deploy-bump'

/** What GitHub keeps of a list of assignees. */
const maxAssignees = 10

/**
 * Puts the edit on the bump branch, one commit on top of `main`: commit first, ref last, so that the branch is never
 * seen half-done and a run that is cut off leaves nothing, or a branch that the next run takes over.
 *
 * Returns whether the branch is new.
 */
export async function publishBranch(
  github: GitHub,
  repo: string,
  main: Branch,
  edit: Edit,
  bump: Bump,
  present: BumpBranch | undefined,
): Promise<boolean> {
  const name = bumpBranch(bump.component)
  const sha = await createCommit(github, repo, main, edit, commitMessage(bump))
  if (!present) {
    await github.rest.git.createRef({ ...repoRef(repo), ref: `refs/heads/${name}`, sha })
    return true
  }
  // REST moves a ref without comparing it first; this leaves people one request's time to push into.
  if ((await branchTip(github, repo, name)) !== present.tip) {
    throw new UserError('changed-by-hand', `Somebody pushed to ${name} at this moment.`, {
      fix: 'Run this job again: it looks at what is there now.',
    })
  }
  await github.rest.git.updateRef({ ...repoRef(repo), ref: `heads/${name}`, sha, force: true })
  return false
}

/**
 * Opens the pull request. Where the token may not, the branch that was made for it goes again.
 *
 * @throws GitHub's 422 where another run has just opened it.
 */
export async function openPull(
  github: GitHub,
  repo: string,
  main: Branch,
  bump: Bump,
  newBranch: boolean,
): Promise<Pull> {
  const head = bumpBranch(bump.component)
  try {
    const { data } = await github.rest.pulls.create({
      ...repoRef(repo),
      base: main.name,
      head,
      title: bumpTitle(bump),
      body: bumpBody(bump, []),
    })
    const { number, html_url: url, title } = data
    return { number, url, title, body: data.body ?? '', labels: [], assignees: [] }
  } catch (error) {
    if (newBranch && !hasStatus(error, 422)) await github.rest.git.deleteRef({ ...repoRef(repo), ref: `heads/${head}` })
    if (!hasStatus(error, 403)) throw error
    throw new MissingPermission('pull_requests: write', `open a pull request in ${repo}`, error)
  }
}

/**
 * Makes title, text, label and assignees what they should be, and writes only what is not so yet. Returns whether anything
 * was.
 */
export async function completePull(github: GitHub, repo: string, bump: Bump, pull: Pull): Promise<boolean> {
  const issue = { ...repoRef(repo), issue_number: pull.number }
  let assignees = pull.assignees
  const missing = (): string[] => bump.duty.filter((login) => !includes(assignees, login))
  let written = false

  if (!pull.labels.includes(label)) {
    await github.rest.issues.addLabels({ ...issue, labels: [label] })
    written = true
  }
  // Who is mentioned in the text was tried before, and has no access here.
  const present = pull.body.replaceAll('\r\n', '\n')
  const tried = present === bumpBody(bump, missing(), present)
  if (missing().length > 0 && !tried) {
    // GitHub drops without a word who has no access; its answer tells who is left.
    const { data } = await github.rest.issues.addAssignees({ ...issue, assignees: bump.duty.slice(0, maxAssignees) })
    assignees = (data.assignees ?? []).map(({ login }) => login)
    written = true
  }
  const wanted = { title: bumpTitle(bump), body: bumpBody(bump, missing(), present) }
  if (pull.title !== wanted.title || present !== wanted.body) {
    await github.rest.pulls.update({ ...repoRef(repo), pull_number: pull.number, ...wanted })
    written = true
  }
  return written
}

const includes = (logins: string[], login: string): boolean =>
  logins.some((candidate) => candidate.toLowerCase() === login.toLowerCase())

/** Closes a pull request that has nothing left to do, and removes its branch. */
export async function closePull(github: GitHub, repo: string, branch: BumpBranch, why: string): Promise<void> {
  if (branch.pull) {
    const { number } = branch.pull
    await github.rest.issues.createComment({ ...repoRef(repo), issue_number: number, body: why })
    await github.rest.pulls.update({ ...repoRef(repo), pull_number: number, state: 'closed' })
  }
  await github.rest.git.deleteRef({ ...repoRef(repo), ref: `heads/${branch.name}` })
}
