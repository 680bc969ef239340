import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A call of a program, by its first words; the first one is 1. */
export interface ProgramCall {
  words: string
  nth: number
}

export interface Kill extends ProgramCall {
  /** `during`: once Helm has made its revision `pending-*`. */
  when: 'before' | 'during' | 'after'
}

/** A folder for PATH in which every call of Helm and kubectl is counted, and one of them ends whoever made it. */
export interface KillingPrograms {
  path: string
  /** Forgets the calls; the next one that fits ends its caller with SIGKILL, and what it has started with it. */
  arm(kill?: Kill): Promise<void>
  /** All calls since then, in order. */
  calls(): Promise<ProgramCall[]>
}

export async function killingPrograms(
  dir: string,
  { helm, kubectl }: { helm: string; kubectl: string },
): Promise<KillingPrograms> {
  const path = join(dir, 'killing')
  const files = { calls: join(path, 'calls.txt'), kill: join(path, 'kill.json') }
  await mkdir(path)
  await symlink(process.execPath, join(path, 'node'))
  for (const [name, program] of Object.entries({ helm, kubectl })) {
    await writeFile(join(path, name), wrapper(name, program, kubectl, files))
    await chmod(join(path, name), 0o755)
  }
  const programs: KillingPrograms = {
    path,
    async arm(kill) {
      await writeFile(files.calls, '')
      await writeFile(files.kill, JSON.stringify(kill ?? null))
    },
    async calls() {
      const lines = (await readFile(files.calls, 'utf8')).trim().split('\n')
      return lines.map((words, index) => ({
        words,
        nth: lines.slice(0, index + 1).filter((line) => line === words).length,
      }))
    },
  }
  await programs.arm()
  return programs
}

/** Flags and places differ from run to run: a call is known by what it does to what. */
const wrapper = (name: string, program: string, kubectl: string, files: { calls: string; kill: string }): string =>
  `#!${process.execPath}
const { spawn, spawnSync } = require('node:child_process')
const { appendFileSync, readFileSync } = require('node:fs')
const args = process.argv.slice(2)
const at = args.indexOf('--namespace')
const plain = args.filter((arg, index) => !arg.startsWith('--request') && (at < 0 || (index !== at && index !== at + 1)))
const words = [${JSON.stringify(name)}, ...plain.slice(0, 3)].filter((word) => !/^(--|\\/|\\d)/.test(word)).join(' ')
appendFileSync(${JSON.stringify(files.calls)}, words + '\\n')
const nth = readFileSync(${JSON.stringify(files.calls)}, 'utf8').split('\\n').filter((line) => line === words).length
const kill = JSON.parse(readFileSync(${JSON.stringify(files.kill)}, 'utf8'))
const when = kill && kill.words === words && kill.nth === nth ? kill.when : 'never'

if (when === 'before') end()
if (when === 'during') {
  const child = spawn(${JSON.stringify(program)}, args, { stdio: 'ignore' })
  while (!isPending()) {}
  child.kill('SIGKILL')
  end()
}
const { status } = spawnSync(${JSON.stringify(program)}, args, { stdio: 'inherit' })
if (when === 'after') end()
process.exit(status ?? 1)

function end() {
  process.kill(process.ppid, 'SIGKILL')
  process.exit(1)
}

function isPending() {
  const select = ['--selector', 'owner=helm', '--output', 'jsonpath={.items[*].metadata.labels.status}']
  const found = spawnSync(${JSON.stringify(kubectl)}, ['--namespace', args[at + 1], 'get', 'secrets', ...select])
  return String(found.stdout).includes('pending-')
}
`
