import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { gitBytes, gitMaybe, gitText } from './git.js'

export interface GitPerson {
  name: string
  email: string
  /** ISO 8601. */
  date: string
}

export interface GitCommit {
  sha: string
  tree: string
  parents: string[]
  author: GitPerson
  committer: GitPerson
  message: string
}

const fields = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B']

/** Commits that `git log` lists for these arguments, in its order. */
export async function commitLog(gitDir: string, args: string[]): Promise<GitCommit[]> {
  const out = await gitText(gitDir, ['log', '-z', `--format=tformat:${fields.join('%x00')}`, ...args])
  const values = out.split('\0')
  const commits: GitCommit[] = []
  for (let at = 0; at + fields.length <= values.length; at += fields.length) {
    const [sha = '', tree = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', message = ''] =
      values.slice(at)
    commits.push({
      sha,
      tree,
      parents: parents.split(' ').filter(Boolean),
      author: { name: an, email: ae, date: utc(ad) },
      committer: { name: cn, email: ce, date: utc(cd) },
      message: message.trimEnd(),
    })
  }
  return commits
}

const utc = (date: string): string => `${new Date(date).toISOString().slice(0, 19)}Z`

export const readCommit = async (gitDir: string, sha: string): Promise<GitCommit | undefined> =>
  (await commitLog(gitDir, ['-1', sha, '--']))[0]

export async function commitTree(
  gitDir: string,
  commit: { tree: string; parents: string[]; message: string; author: GitPerson; committer: GitPerson },
): Promise<string> {
  const { author, committer } = commit
  const parents = commit.parents.flatMap((parent) => ['-p', parent])
  return gitText(gitDir, ['commit-tree', commit.tree, ...parents, '-F', '-'], {
    input: commit.message,
    env: {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_AUTHOR_DATE: author.date,
      GIT_COMMITTER_NAME: committer.name,
      GIT_COMMITTER_EMAIL: committer.email,
      GIT_COMMITTER_DATE: committer.date,
    },
  })
}

/** As `git hash-object -w` does it, without a process: nothing is written more often. */
export async function writeBlob(gitDir: string, content: Uint8Array): Promise<string> {
  const object = Buffer.concat([Buffer.from(`blob ${content.length}\0`), content])
  const sha = createHash('sha1').update(object).digest('hex')
  const dir = join(gitDir, 'objects', sha.slice(0, 2))
  const file = join(dir, sha.slice(2))
  if (existsSync(file)) return sha
  await mkdir(dir, { recursive: true })
  const unfinished = join(dir, `tmp_obj_${randomUUID()}`)
  await writeFile(unfinished, deflateSync(object), { mode: 0o444 })
  await rename(unfinished, file)
  return sha
}

/** One path of a tree to be: a blob (or commit of a submodule) by SHA, or gone. */
export interface GitTreeChange {
  path: string
  mode: string
  sha: string | undefined
}

/** The tree that comes of `base` (undefined: empty) with these changes. @throws GitError for a path that git refuses. */
export async function editTree(gitDir: string, base: string | undefined, changes: GitTreeChange[]): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'github-index-'))
  try {
    const env = { GIT_INDEX_FILE: join(dir, 'index') }
    if (base) await gitText(gitDir, ['read-tree', base], { env })
    const lines = changes.map(({ path, mode, sha }) =>
      sha ? `${mode} ${sha} 0\t${path}\0` : `0 ${'0'.repeat(40)}\t${path}\0`,
    )
    await gitText(gitDir, ['update-index', '-z', '--index-info'], { env, input: lines.join('') })
    return await gitText(gitDir, ['write-tree'], { env })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

export interface GitTreeEntry {
  mode: string
  type: 'blob' | 'tree' | 'commit'
  sha: string
  size: number | undefined
  path: string
}

/** Entries of a tree; with `path`, of that directory or just that file. */
export async function listTree(
  gitDir: string,
  tree: string,
  options: { recursive?: boolean; path?: string } = {},
): Promise<GitTreeEntry[]> {
  const args = ['--literal-pathspecs', 'ls-tree', '-l', '-z', ...(options.recursive ? ['-r', '-t'] : []), tree]
  const out = await gitText(gitDir, options.path ? [...args, '--', options.path] : args)
  return out
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const [, mode = '', type = '', sha = '', size = '', path = ''] =
        /^(\d+) (\w+) (\w+) +(\S+)\t(.*)$/s.exec(line) ?? []
      return { mode, type: type as GitTreeEntry['type'], sha, size: size === '-' ? undefined : Number(size), path }
    })
}

export const isBlob = async (gitDir: string, sha: string): Promise<boolean> =>
  (await gitMaybe(gitDir, ['cat-file', '-t', sha])) === 'blob'

export const readBlob = (gitDir: string, sha: string): Promise<Buffer> => gitBytes(gitDir, ['cat-file', 'blob', sha])

/** The tree of a three-way merge of two commits; undefined where they conflict. */
export async function mergeTree(gitDir: string, ours: string, theirs: string): Promise<string | undefined> {
  const out = await gitText(gitDir, ['merge-tree', '--write-tree', '--no-messages', ours, theirs], { expect: [1] })
  const [tree = '', ...conflicts] = out.split('\n')
  return conflicts.length > 0 ? undefined : tree
}

/** The tree of `commit`'s own change applied to `onto`; undefined where they conflict. */
export async function pickTree(gitDir: string, onto: string, commit: GitCommit): Promise<string | undefined> {
  const [parent] = commit.parents
  if (!parent) return mergeTree(gitDir, onto, commit.sha)
  // Older gits cannot be told the merge base: a commit with `onto`'s tree on the picked one's parent makes it that.
  const [base] = await commitLog(gitDir, ['-1', onto, '--'])
  if (!base) return undefined
  const { author, committer } = commit
  const stand = await commitTree(gitDir, { tree: base.tree, parents: [parent], message: 'onto', author, committer })
  return mergeTree(gitDir, stand, commit.sha)
}
