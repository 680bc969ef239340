import { bumpBranch } from '../../shared/bump/branch.js'
import type { BumpEdit } from '../../shared/bump/edit.js'
import { MissingPermission, UserError } from '../../shared/foundation/errors.js'
import type { Log } from '../../shared/foundation/log.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { createCommit } from '../../shared/github/commit.js'
import { hasStatus } from '../../shared/github/errors.js'
import { moveBranch } from '../../shared/github/refs.js'
import { type BumpBranch, type BumpPull, bumpPullOf } from './bump-branch.js'
import type { DeployRepo } from './deploy-repo.js'
import { bumpBody, bumpTitle, commitMessage, type DescribedBump } from './describe.js'

/** Another run, or a person, was faster: everything has to be looked at again. */
export class Raced extends UserError {
  constructor(what: string) {
    super('branch-modified', `${what} was changed by somebody else during every attempt.`, {
      fix: 'Run this job again: it starts from the present state.',
    })
  }
}

/**
 * Puts the edit on the bump branch, one commit on top of `main`: commit first, ref last, so that the branch is never
 * seen half-done and a run that is cut off leaves nothing, or a branch that the next run takes over.
 *
 * Without a checkout, and signed by GitHub where the token is an App's. Returns the commit.
 *
 * @throws Raced where the branch is no longer where it was.
 */
export async function publishBranch(
  github: GitHub,
  repo: DeployRepo,
  edit: BumpEdit,
  bump: DescribedBump,
  present: BumpBranch | undefined,
): Promise<string> {
  const name = bumpBranch(bump.component.name)
  const after = await createCommit(github, repo.name, repo.main, edit, commitMessage(bump))
  const moved = await moveBranch(github, { repo: repo.name, id: repo.id }, { name, before: present?.tip, after })
  if (!moved) throw new Raced(`The branch ${name}`)
  return after
}

/**
 * Opens the pull request. Where the token may not, the branch that was `made` for it goes again.
 *
 * @throws GitHub's 422 where another run has just opened it, Raced where another run has moved the branch.
 */
export async function openBumpPull(
  github: GitHub,
  repo: DeployRepo,
  bump: DescribedBump,
  { draft, log }: { draft: boolean; log: Log },
  made: string | undefined,
): Promise<BumpPull> {
  const head = bumpBranch(bump.component.name)
  const fresh = { base: repo.main.name, head, title: bumpTitle(bump), body: bumpBody(bump, []) }
  const create = async (draft: boolean): Promise<BumpPull> =>
    bumpPullOf((await github.rest.pulls.create({ ...repoRef(repo.name), ...fresh, draft })).data)
  try {
    const pull = await create(draft).catch((error: unknown) => {
      if (!draft || !hasStatus(error, 422) || !/draft/i.test(String(error))) throw error
      log.warning(
        `${repo.name} does not allow drafts (its plan has none), so the pull request is opened as a normal one.`,
      )
      return create(false)
    })
    if (made !== undefined && pull.head !== made) throw new Raced(`The branch ${head}`)
    return pull
  } catch (error) {
    if (!hasStatus(error, 403)) throw error
    if (made !== undefined)
      await moveBranch(github, { repo: repo.name, id: repo.id }, { name: head, before: made, after: undefined })
    throw mayNot(repo.name, error)
  }
}

/** GitHub's own setting, off at first, forbids it to jobs whatever their permissions are. */
function mayNot(repo: string, error: unknown): UserError {
  if (!/not permitted to create/i.test(String(error))) {
    return new MissingPermission('pull_requests: write', `open a pull request in ${repo}`, error)
  }
  return new UserError('missing-permission', `GITHUB_TOKEN may not open pull requests in ${repo}.`, {
    fix: 'Pass a token of the bump App. Or allow it: Settings, Actions, General, "Allow GitHub Actions to create and approve pull requests".',
    cause: error,
  })
}

/** Closes a pull request that has nothing left to do, and removes its branch, unless somebody pushed to it meanwhile. */
export async function closeBumpPull(github: GitHub, repo: DeployRepo, branch: BumpBranch, name: string, why: string) {
  if (branch.pull) {
    const { number } = branch.pull
    const body = `${why} Nothing is left to do here.`
    await github.rest.issues.createComment({ ...repoRef(repo.name), issue_number: number, body })
    await github.rest.pulls.update({ ...repoRef(repo.name), pull_number: number, state: 'closed' })
  }
  await moveBranch(github, { repo: repo.name, id: repo.id }, { name, before: branch.tip, after: undefined })
}
