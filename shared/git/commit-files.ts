import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Exec } from '../exec/exec.js'
import { UserError } from '../foundation/errors.js'
import type { RunFacts } from '../foundation/run-facts.js'
import { type Workspace, workspaceAt } from '../foundation/workspace.js'

export interface CommitSource {
  exec: Exec
  run: Pick<RunFacts, 'serverUrl' | 'repository'>
  /** The checkout of this run; it stays as it is. */
  workspace: Workspace
  /** May read the repository. */
  token: string
}

/**
 * The deploy repo's files at another commit, below `temp`. A commit that the checkout does not have, which is usual for
 * checkouts of one commit, is fetched into a repository of its own.
 *
 * @param from a git directory that has the commit, where that was made or fetched before.
 * @throws UserError `github-unreachable` where the commit cannot be fetched.
 */
export async function filesAt(source: CommitSource, commit: string, temp: string, from?: string): Promise<Workspace> {
  const { exec, workspace } = source
  const root = join(temp, `files-${commit.slice(0, 12)}`)
  await mkdir(root, { recursive: true })
  const isHere = async (): Promise<boolean> =>
    (await exec('git', ['cat-file', '-e', `${commit}^{tree}`], { cwd: workspace.root })).code === 0
  const elsewhere = from ?? ((await isHere()) ? undefined : await fetchCommits(source, [commit], temp))
  const gitDir = (await gitDirOf(source)) ?? elsewhere ?? ''
  // Its own git directory knows the filters (git-crypt, sops), which act as they did in the checkout; an index of its own,
  // because the checkout's must not move.
  const objects = elsewhere === undefined ? undefined : join(elsewhere, 'objects')
  const env = {
    ...{ GIT_DIR: gitDir, GIT_WORK_TREE: root, GIT_INDEX_FILE: `${root}.index` },
    ...(objects === undefined ? {} : { GIT_ALTERNATE_OBJECT_DIRECTORIES: objects }),
  }
  for (const args of [
    ['read-tree', commit],
    ['checkout-index', '--all', '--force', '--quiet'],
  ]) {
    const { code, stderr } = await exec('git', args, { cwd: root, env })
    if (code !== 0) throw unreadable(commit, stderr)
  }
  return workspaceAt(root)
}

/** The parents of the commit that is checked out; known even where only one commit was fetched. */
export async function parentsOfHead({ exec, workspace }: Pick<CommitSource, 'exec' | 'workspace'>): Promise<string[]> {
  const { code, stdout, stderr } = await exec('git', ['cat-file', 'commit', 'HEAD'], { cwd: workspace.root })
  if (code !== 0) throw unreadable('HEAD', stderr)
  const [header = ''] = stdout.split('\n\n')
  return [...header.matchAll(/^parent ([\da-f]{40,64})$/gm)].map(([, sha]) => sha ?? '')
}

/** Undefined where the files were not checked out by git. */
async function gitDirOf({ exec, workspace }: CommitSource): Promise<string | undefined> {
  const { code, stdout } = await exec('git', ['rev-parse', '--absolute-git-dir'], { cwd: workspace.root })
  return code === 0 ? stdout.trim() : undefined
}

/**
 * Fetches commits, without what came before them, into a git directory of its own below `temp`; returns that. Heads of open and
 * merged pull requests can be had as well, because refs/pull keep them (A24).
 *
 * @throws UserError `github-unreachable` where one cannot be fetched.
 */
export async function fetchCommits(
  { exec, run, token }: CommitSource,
  commits: readonly string[],
  temp: string,
): Promise<string> {
  const gitDir = join(temp, 'history.git')
  await exec('git', ['init', '--quiet', '--bare', gitDir], { cwd: temp })
  // By the environment: arguments can be read by every process of the machine.
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
  const env = {
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${run.serverUrl}/.extraheader`,
    GIT_CONFIG_VALUE_0: header,
  }
  const address = `${run.serverUrl}/${run.repository}`
  const { code, stderr } = await exec('git', ['fetch', '--quiet', '--depth=1', address, ...new Set(commits)], {
    cwd: gitDir,
    env,
  })
  if (code !== 0) throw unreadable(commits.join(', '), stderr)
  return gitDir
}

const unreadable = (commit: string, stderr: string): UserError =>
  new UserError(
    'github-unreachable',
    `Commit ${commit.replace(/[\da-f]{40}/g, (sha) => sha.slice(0, 7))} cannot be read: ${stderr.trim().slice(-300)}`,
    {
      fix: 'Check that the job has "contents: read" and the checkout is of this repository, then run it again.',
    },
  )
