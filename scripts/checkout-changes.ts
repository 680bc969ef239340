import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import type { TreeChange, TreeEntry } from '../shared/github/trees.js'
import type { Changes } from '../shared/risk/classify.js'
import { contentOf, isOdd } from '../shared/risk/content.js'
import { changeDigest } from '../shared/risk/digest.js'
import type { Content } from '../shared/risk/types.js'

export interface CheckoutChanges extends Changes {
  /** The commit that is compared with, 40 hex digits. */
  base: string
  digest: string
}

/**
 * What differs in a checkout: between two commits (`BASE..HEAD`, from where their histories part), or between the last
 * commit and the files that lie there, new ones included. Only git is asked, and nothing is run.
 *
 * @throws Error where it is no checkout, or has no such commit.
 */
export async function checkoutChanges(root: string, range: string | undefined): Promise<CheckoutChanges> {
  const git = gitIn(root)
  const [from = 'HEAD', to] = range?.split(/\.{2,3}/) ?? []
  const base = (await git(range === undefined ? ['rev-parse', from] : ['merge-base', from, to || 'HEAD'])).trim()
  const sides = range === undefined ? [base] : [base, to || 'HEAD']
  const raw = await git([
    'diff',
    '--raw',
    '-z',
    '--no-renames',
    '--no-abbrev',
    '--ignore-submodules=none',
    ...sides,
    '--',
  ])
  const changed = [...parseRaw(raw), ...(range === undefined ? await untracked(root, git) : [])]
  const read = contentsIn(root)
  const files = await Promise.all(
    changed.map(async ({ path, base: old, head }) => ({
      path,
      before: await read(path, old),
      after: await read(path, head),
    })),
  )
  const charts = await chartsAt(git, base)
  return { files, complete: true, charts, base, digest: changeDigest(changed) }
}

export type Git = (args: string[]) => Promise<string>

/** @throws Error with git's own words. */
export const gitIn =
  (root: string): Git =>
  async (args) =>
    (
      await execa('git', ['--no-optional-locks', '-c', 'core.fsmonitor=false', '-C', root, ...args], {
        stripFinalNewline: false,
      })
    ).stdout

const nowhere = '0'.repeat(40)

/** `:100644 100644 <sha> <sha> M\0path\0`; a sha of zeros with a mode is a file that lies there. */
function parseRaw(raw: string): TreeChange[] {
  const parts = raw.split('\0').filter((part) => part !== '')
  return parts.flatMap((part, index): TreeChange[] => {
    const found = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) [A-Z]/.exec(part)
    const path = parts[index + 1]
    if (!found || path === undefined) return []
    const [, oldMode = '', mode = '', oldSha = '', sha = ''] = found
    const entry = (its: string, of: string): TreeEntry | undefined =>
      its === '000000' ? undefined : { mode: its, sha: of }
    return [{ path, base: entry(oldMode, oldSha), head: entry(mode, sha) }]
  })
}

async function untracked(root: string, git: Git): Promise<TreeChange[]> {
  const paths = (await git(['ls-files', '--others', '--exclude-standard', '-z']))
    .split('\0')
    .filter((path) => path !== '')
  return Promise.all(
    paths.map(async (path) => {
      const isLink = (await lstat(join(root, path))).isSymbolicLink()
      return { path, base: undefined, head: { mode: isLink ? '120000' : '100644', sha: nowhere } }
    }),
  )
}

function contentsIn(root: string): (path: string, entry: TreeEntry | undefined) => Promise<Content> {
  return async (path, entry) => {
    if (!entry) return { state: 'none' }
    if (isOdd(entry.mode)) return { state: 'odd' }
    if (/^0+$/.test(entry.sha)) return contentOf(await readFile(join(root, path)))
    const { stdout } = await execa('git', ['-C', root, 'cat-file', 'blob', entry.sha], { encoding: 'buffer' })
    return contentOf(Buffer.from(stdout))
  }
}

/** The Chart.yaml files of a commit: they say whose values are whose. */
async function chartsAt(git: Git, commit: string): Promise<string[]> {
  const paths = (await git(['ls-tree', '-r', '-z', '--name-only', commit])).split('\0')
  const charts = paths.filter((path) => /(^|\/)(Chart|requirements)\.yaml$/.test(path)).slice(0, 20)
  return Promise.all(charts.map((path) => git(['cat-file', 'blob', `${commit}:${path}`])))
}
