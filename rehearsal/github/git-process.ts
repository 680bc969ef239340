import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from '../root.js'

export interface GitAnswer {
  code: number | null
  stdout: Buffer
  stderr: Buffer
}

interface Forks {
  child: ChildProcess
  waiting: Map<number, { resolve: (answer: GitAnswer) => void; reject: (error: Error) => void }>
}

let forks: Forks | undefined
let asked = 0

/** Starts git and reads its answer; from a small process of its own, which ends with this one. */
export function startGit(
  args: string[],
  env: Record<string, string>,
  input: string | Uint8Array | undefined,
): Promise<GitAnswer> {
  forks ??= startForks()
  const { child, waiting } = forks
  const id = asked++
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject })
    child.ref()
    child.channel?.ref()
    child.send({ id, args, env, input }, (error) => error && reject(error))
  })
}

function startForks(): Forks {
  // No options of this process: one that measures it, or looks into it, means it alone.
  const child = fork(join(projectRoot, 'rehearsal/github/git-forks.mjs'), {
    execArgv: [],
    env: { PATH: process.env.PATH ?? '' },
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const waiting: Forks['waiting'] = new Map()
  child.on('message', ({ id, error, code, stdout, stderr }: Answered) => {
    const one = waiting.get(id)
    waiting.delete(id)
    if (waiting.size === 0) rest(child)
    if (error !== undefined) one?.reject(new Error(error))
    else one?.resolve({ code, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) })
  })
  child.once('exit', (code) => {
    forks = undefined
    for (const { reject } of waiting.values()) reject(new Error(`The process that starts git ended (${code}).`))
  })
  return { child, waiting }
}

interface Answered extends GitAnswer {
  id: number
  error?: string
}

/** Nobody waits for it: this process may end. */
function rest(child: ChildProcess): void {
  child.unref()
  child.channel?.unref()
}

const asksObjects = new Set([
  ...['cat-file', 'diff-tree', 'log', 'ls-tree', 'merge-base', 'merge-tree', 'rev-list', 'rev-parse', 'show'],
])
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
