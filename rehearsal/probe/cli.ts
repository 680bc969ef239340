/** `npm run probe`: asks the real GitHub what docs/github-assumptions.md believes of it. */
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { plain } from './judge.js'
import { cleanUp, play } from './play.js'
import { probes } from './registry.js'
import type { Options } from './session.js'

const usage = `GH_TOKEN=... npm run probe -- --owner ORG --app-id N --app-key FILE [--app2-id N --app2-key FILE] [--rows I1,C4] [--yes]
GH_TOKEN=... npm run probe -- --owner ORG --clean-up [--yes]

Makes public throwaway repositories in ORG, asks GitHub about the rows of docs/github-assumptions.md, prints what
it saw, and deletes the repositories. docs/probe.md says what it needs and costs.

  --owner ORG        an organisation, or your own account, that is only for tests
  --app-id, --app-key
                     the test App: its number, and the file with its private key
  --app2-id, --app2-key
                     a second one, for the rows that take two
  --rows IDS         only these rows, by commas
  --yes              do not ask before anything is made or deleted
  --clean-up         delete what a probe left behind that was killed, and nothing else

Exit code: 0 all as expected, 1 something differs, 2 it could not run or a row has no answer.
`

const { values } = parseArgs({
  options: {
    owner: { type: 'string', default: '' },
    'app-id': { type: 'string', default: '' },
    'app-key': { type: 'string', default: '' },
    'app2-id': { type: 'string', default: '' },
    'app2-key': { type: 'string', default: '' },
    rows: { type: 'string', default: '' },
    yes: { type: 'boolean', default: false },
    'clean-up': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const token = process.env['GH_TOKEN'] || process.env['GITHUB_TOKEN'] || ''
const rows = values.rows === '' ? probes.map(({ row }) => row) : values.rows.split(',').map((row) => row.trim())
const chosen = probes.filter(({ row }) => rows.includes(row))

const wrong = wrongUse()
if (values.help) process.stdout.write(usage)
else if (wrong) end(2, wrong)
else if (!(await agreed())) end(2, 'Nothing was done.')
else {
  const stop = new AbortController()
  // A second one ends the process as ever; then --clean-up finds what is left.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  try {
    process.exitCode = await run(stop.signal)
  } catch (error) {
    end(2, error instanceof Error ? error.message : String(error))
  }
}

async function run(stopped: AbortSignal): Promise<number> {
  const base = {
    ...{ apiUrl: process.env['GITHUB_API_URL'] || 'https://api.github.com', owner: values.owner, token, stopped },
    // Runs of Actions wait for machines.
    patience: { every: 5000, atMost: 600_000 },
    settling: 60_000,
    say: (line: string) => void process.stderr.write(`${plain(line)}\n`),
  }
  const print = (text: string): void => void process.stdout.write(text)
  if (values['clean-up']) return cleanUp(base, print)
  const app = await keyOf(values['app-id'], values['app-key'])
  const app2 = values['app2-id'] === '' ? undefined : await keyOf(values['app2-id'], values['app2-key'])
  return play({ ...base, app, app2 }, chosen, print)
}

async function keyOf(id: string, file: string): Promise<Options['app']> {
  return { id: Number(id), key: await readFile(file, 'utf8') }
}

function wrongUse(): string | undefined {
  if (values.owner === '') return 'Say where the repositories are to be made: --owner ORG.'
  if (token === '') return 'Put a token of yours into GH_TOKEN: see docs/probe.md.'
  if (values['clean-up']) return undefined
  if (!/^\d+$/.test(values['app-id']) || values['app-key'] === '')
    return 'Give the test App: --app-id N --app-key FILE.'
  if ((values['app2-id'] === '') !== (values['app2-key'] === '')) return 'Give both --app2-id and --app2-key, or none.'
  const unknown = rows.filter((row) => !probes.some((probe) => probe.row === row))
  return unknown.length > 0 ? `The probe does not settle ${unknown.join(', ')}: see docs/probe.md.` : undefined
}

async function agreed(): Promise<boolean> {
  const what = values['clean-up']
    ? `Deletes the repositories lockstep-probe-... that probes left in ${values.owner} and in your own account.`
    : `Makes some public repositories lockstep-probe-... in ${values.owner} (and a fork in your own account), with issues,
pull requests, Deployments and runs in them, for ${chosen.length} rows, and deletes them at the end.`
  process.stderr.write(`${what}\n`)
  if (values.yes) return true
  if (!process.stdin.isTTY) {
    process.stderr.write('Not on a terminal: say --yes.\n')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question('Go on? [y/N] ')
  terminal.close()
  return /^y(es)?$/i.test(answer.trim())
}

function end(code: number, message: string): void {
  process.stderr.write(`${plain(message)}\n`)
  process.exitCode = code
}
