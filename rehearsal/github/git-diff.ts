import { gitText } from './git.js'

export interface GitFileChange {
  filename: string
  previous: string | undefined
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed'
  /** Of the new blob; for a removed file of the old one. */
  sha: string
  additions: number
  deletions: number
  /** The hunks; undefined for binary files. */
  patch: string | undefined
}

const statuses = { A: 'added', D: 'removed', M: 'modified', R: 'renamed', C: 'copied', T: 'changed' } as const
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** What changed between two commits or trees (`from` undefined: since nothing), sorted by path. */
export async function gitDiff(gitDir: string, from: string | undefined, to: string): Promise<GitFileChange[]> {
  const range = ['-r', '-M', '--no-color', from ?? emptyTree, to]
  const [raw, numbers, patches] = await Promise.all([
    gitText(gitDir, ['diff-tree', '-z', '--raw', '--no-abbrev', ...range]),
    gitText(gitDir, ['diff-tree', '-z', '--numstat', ...range]),
    gitText(gitDir, ['diff-tree', '-p', ...range]),
  ])
  const counts = readCounts(numbers)
  const hunks = readHunks(patches)
  return readRaw(raw).map((change, index) => ({
    ...change,
    ...(counts[index] ?? { additions: 0, deletions: 0 }),
    patch: hunks[index],
  }))
}

/** Only the paths, old and new. */
export async function changedPaths(gitDir: string, from: string | undefined, to: string): Promise<string[]> {
  const out = await gitText(gitDir, ['diff-tree', '-z', '-r', '--no-renames', '--name-only', from ?? emptyTree, to])
  return out.split('\0').filter(Boolean)
}

type Raw = Pick<GitFileChange, 'filename' | 'previous' | 'status' | 'sha'>

function readRaw(out: string): Raw[] {
  const values = out.split('\0')
  const changes: Raw[] = []
  for (let at = 0; values[at]?.startsWith(':'); ) {
    const [, , oldSha = '', newSha = '', letter = ''] = (values[at] ?? '').split(' ')
    const status = statuses[letter.charAt(0) as keyof typeof statuses]
    const moved = status === 'renamed' || status === 'copied'
    changes.push({
      filename: values[moved ? at + 2 : at + 1] ?? '',
      previous: moved ? values[at + 1] : undefined,
      status,
      sha: status === 'removed' ? oldSha : newSha,
    })
    at += moved ? 3 : 2
  }
  return changes
}

/** A line a file, in the order of the raw output; `-` stands for a binary file. A rename's paths follow in fields of their own. */
const readCounts = (out: string): { additions: number; deletions: number }[] =>
  out
    .split('\0')
    .map((field) => /^(\d+|-)\t(\d+|-)\t/.exec(field))
    .filter((match) => match !== null)
    .map(([, added, deleted]) => ({ additions: Number(added) || 0, deletions: Number(deleted) || 0 }))

const readHunks = (out: string): (string | undefined)[] =>
  out
    .split(/^diff --git .*\n/m)
    .slice(1)
    .map((text) => {
      const start = /^@@ /m.exec(text)
      return start ? text.slice(start.index).trimEnd() : undefined
    })
