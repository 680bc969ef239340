import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rememberFixed, startGit } from './git-process.js'

/** A git command failed; `stderr` says why. */
export class GitError extends Error {
  override readonly name = 'GitError'
  readonly stderr: string
  readonly exitCode: number | undefined

  constructor(args: readonly string[], stderr: string, exitCode: number | undefined) {
    super(`git ${args[0]}: ${stderr.trim()}`)
    this.stderr = stderr
    this.exitCode = exitCode
  }
}

export interface GitOptions {
  input?: string | Uint8Array
  env?: Record<string, string>
  /** Exit codes besides 0 that are an answer and not a failure. */
  expect?: number[]
}

/** The user's own git configuration and environment must not change what the emulator does. */
export const cleanEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
})

/** Objects never change, so neither does what was once said about them; shared by all emulators of this process. */
const remembered = rememberFixed(20_000)

/** Runs git in a bare repository. @throws GitError */
export async function gitBytes(gitDir: string, args: string[], options: GitOptions = {}): Promise<Buffer> {
  const known = options.input === undefined ? remembered.get(gitDir, args) : undefined
  if (known) return known.stdout
  const env = { ...cleanEnvironment(), ...options.env }
  const answer = await startGit(['--git-dir', gitDir, ...args], env, options.input)
  const { code, stdout, stderr } = answer
  if (code !== 0 && !(code !== null && options.expect?.includes(code))) {
    throw new GitError(args, stderr.toString(), code ?? undefined)
  }
  if (options.input === undefined) remembered.put(gitDir, args, answer)
  return stdout
}

export const gitText = async (gitDir: string, args: string[], options: GitOptions = {}): Promise<string> =>
  (await gitBytes(gitDir, args, options)).toString().trimEnd()

/** The text, or undefined where git says that there is no such thing. */
export async function gitMaybe(gitDir: string, args: string[]): Promise<string | undefined> {
  try {
    return await gitText(gitDir, args)
  } catch (error) {
    if (error instanceof GitError) return undefined
    throw error
  }
}

/** What follows is handed to git as a revision: nothing that could be read as an option or a range. */
const plainRevision = /^(?!-)(?!.*\.\.)[\w./@+#=-]+$/

/** The full SHA of a commit named by SHA (also shortened), branch, tag or ref; undefined where there is none. */
export async function resolveCommit(gitDir: string, name: string): Promise<string | undefined> {
  if (!plainRevision.test(name) || name.includes('@{')) return undefined
  const direct = fullSha.test(name) ? name : readRef(gitDir, `refs/heads/${name}`)
  if (direct !== undefined && (await gitMaybe(gitDir, ['cat-file', '-t', direct])) === 'commit') return direct
  // GitHub looks for branches first; `heads/x` and `tags/x` are refs without their prefix, HEAD is the default branch.
  const names = [
    `refs/heads/${name}`,
    `refs/tags/${name}`,
    `refs/${name.replace(/^refs\//, '')}`,
    ...(name === 'HEAD' ? [name] : []),
  ]
  const sha = /^[0-9a-f]{7,40}$/.test(name) ? [name] : []
  const candidates = (sha[0]?.length === 40 ? sha : [...names, ...sha]).map((one) => `${one}^{commit}\n`)
  const out = await gitText(gitDir, ['cat-file', '--batch-check'], { input: candidates.join('') })
  return /^([0-9a-f]{40}) commit /m.exec(out)?.[1]
}

export interface Ref {
  /** `refs/heads/main` */
  ref: string
  sha: string
  type: 'commit' | 'tag' | 'tree' | 'blob'
}

/** Refs below a prefix such as `refs/heads/`, sorted by name. */
export async function listRefs(gitDir: string, prefix = 'refs/'): Promise<Ref[]> {
  const out = await gitText(gitDir, ['for-each-ref', '--format=%(refname)%00%(objectname)%00%(objecttype)', 'refs/'])
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\0'))
    .filter(([ref = '']) => ref.startsWith(prefix))
    .map(([ref = '', sha = '', type]) => ({ ref, sha, type: type as Ref['type'] }))
}

const fullSha = /^[0-9a-f]{40}$/

/** The SHA of a full ref name. From git's files, as nothing is asked more often; none of them is symbolic here. */
export function readRef(gitDir: string, ref: string): string | undefined {
  if (!ref.startsWith('refs/') || !plainRevision.test(ref)) return undefined
  const loose = textOf(join(gitDir, ref)).trim()
  if (fullSha.test(loose)) return loose
  const packed = textOf(join(gitDir, 'packed-refs'))
    .split('\n')
    .find((line) => line.slice(41) === ref)
  return packed?.slice(0, 40)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

export async function isAncestor(gitDir: string, older: string, newer: string): Promise<boolean> {
  return (await gitMaybe(gitDir, ['merge-base', '--is-ancestor', older, newer])) !== undefined
}

export const mergeBase = (gitDir: string, a: string, b: string): Promise<string | undefined> =>
  gitMaybe(gitDir, ['merge-base', a, b])

/** Whether a full ref name is well formed. */
export const validRef = async (ref: string): Promise<boolean> =>
  (await gitMaybe('.', ['check-ref-format', ref])) !== undefined && !/[\s\0]/.test(ref)
