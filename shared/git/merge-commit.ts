import { mkdir } from 'node:fs/promises'
import type { ExecOutput } from '../exec/exec.js'
import { UserError } from '../foundation/errors.js'
import { type CommitSource, fetchCommits } from './commit-files.js'

export interface MergeSides {
  /** Where both left each other, and the two commits: 40 hex digits each. */
  base: string
  ours: string
  theirs: string
}

/** A merge commit and the git directory that has it, or the paths that both sides changed. */
export type MadeMerge = { sha: string; gitDir: string } | { conflicts: string[] }

/**
 * Merges two commits of the deploy repo, below `temp`, and pushes nothing. The same sides give the same commit on every machine.
 *
 * @throws UserError `github-unreachable` where a commit cannot be fetched, `tool-missing` where git is older than 2.38.
 */
export async function makeMerge(source: CommitSource, sides: MergeSides, temp: string): Promise<MadeMerge> {
  const { base, ours, theirs } = sides
  await mkdir(temp, { recursive: true })
  const gitDir = await fetchCommits(source, [base, ours, theirs], temp)
  const git = (...args: string[]): Promise<ExecOutput> =>
    source.exec('git', args, { cwd: gitDir, env: { ...alone, GIT_DIR: gitDir } })
  const said = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await git(...args)
    if (code !== 0) throw unmergeable(sides, stderr)
    return stdout.trim()
  }
  // Three commits without their histories were fetched: here they are one step apart, which is all that a merge looks at.
  const root = await said('commit-tree', `${base}^{tree}`, '-m', 'base')
  const [one, other] = [
    await said('commit-tree', `${ours}^{tree}`, '-p', root, '-m', 'ours'),
    await said('commit-tree', `${theirs}^{tree}`, '-p', root, '-m', 'theirs'),
  ]
  const merged = await git('merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', one, other)
  const [tree = '', ...paths] = merged.stdout.split(/[\0\n]/).filter((line) => line !== '')
  if (merged.code === 1 && paths.length > 0) return { conflicts: paths }
  if (merged.code !== 0 || !/^[\da-f]{40,64}$/.test(tree)) throw unmergeable(sides, merged.stderr)
  const sha = await said('commit-tree', tree, '-p', ours, '-p', theirs, '-m', `Merge ${theirs} into ${ours}`)
  return { sha, gitDir }
}

const [name, email, date] = ['lockstep', 'lockstep@users.noreply.github.com', '2000-01-01T00:00:00Z']

/** Nothing of the machine, its user or the time is in the commit. */
const alone = {
  ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
  ...{ GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: date },
  ...{ GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: date },
}

const unmergeable = ({ ours, theirs }: MergeSides, stderr: string): UserError =>
  new UserError(
    'tool-missing',
    `git cannot merge ${theirs.slice(0, 7)} with ${ours.slice(0, 7)}: ${stderr.trim().slice(-300)}`,
    { fix: 'Use a runner with git 2.38 or newer, then start it again.' },
  )
