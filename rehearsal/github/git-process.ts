import { spawn } from 'node:child_process'
import { buffer } from 'node:stream/consumers'

export interface GitAnswer {
  code: number | null
  stdout: Buffer
  stderr: Buffer
}

/** Starts git and reads its answer. (node:child_process itself: a library's comfort costs as much as git's whole work.) */
export async function startGit(
  args: string[],
  env: Record<string, string>,
  input: string | Uint8Array | undefined,
): Promise<GitAnswer> {
  const git = spawn('git', args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
  // Git may end without having read everything.
  git.stdin.on('error', () => {})
  git.stdin.end(input)
  const ended = new Promise<number | null>((resolve, reject) => git.once('error', reject).once('close', resolve))
  const [code, stdout, stderr] = await Promise.all([ended, buffer(git.stdout), buffer(git.stderr)])
  return { code, stdout, stderr }
}

const asksObjects = new Set(['cat-file', 'diff-tree', 'log', 'merge-base', 'rev-list', 'ls-tree'])
const sha = '[0-9a-f]{40}'
const names = new RegExp(`^(${sha}(\\^\\{\\w+\\})?(:.*)?|${sha}\\.{2,3}${sha})$`)

/** Whether the answer can never change: a question about objects that are named by their content. */
export function isFixed(args: string[]): boolean {
  const [command = '', ...rest] = args.filter((arg) => arg !== '--literal-pathspecs')
  const revisions = rest.slice(0, rest.includes('--') ? rest.indexOf('--') : undefined).filter(notAnOption)
  return asksObjects.has(command) && revisions.length > 0 && revisions.every((revision) => names.test(revision))
}

/** `cat-file blob X`: the type is no revision. */
const notAnOption = (arg: string): boolean => !arg.startsWith('-') && !['blob', 'tree', 'commit', 'tag'].includes(arg)

/** Remembers the newest answers that can never change; `limit` of them. */
export function rememberFixed(limit: number): {
  get(gitDir: string, args: string[]): GitAnswer | undefined
  put(gitDir: string, args: string[], answer: GitAnswer): void
} {
  const answers = new Map<string, GitAnswer>()
  const key = (gitDir: string, args: string[]): string => [gitDir, ...args].join('\0')
  return {
    get: (gitDir, args) => answers.get(key(gitDir, args)),
    put(gitDir, args, answer) {
      // Only what was found: an object that is missing now may come.
      if (answer.code !== 0 || !isFixed(args)) return
      const [oldest] = answers.keys()
      if (answers.size >= limit && oldest !== undefined) answers.delete(oldest)
      answers.set(key(gitDir, args), answer)
    },
  }
}
