import { expect, test } from 'vitest'
import { execIn } from '../../../../shared/exec/exec.js'
import { secretRedactor } from '../../../../shared/exec/redact.js'
import { UserError } from '../../../../shared/foundation/errors.js'

const never = new AbortController().signal
const node = (script: string, ...args: string[]): [string, string[]] => [
  process.execPath,
  ['-e', script, '--', ...args],
]

test('an argument reaches the program as it is, whatever a shell would make of it', async () => {
  const hostile = '$(touch pwned) "; rm -rf / #\n*'
  const { stdout } = await execIn('.', never)(...node('process.stdout.write(process.argv[1])', hostile))
  expect(stdout).toBe(hostile)
})

test('a non-zero exit code is an answer, with what the program said', async () => {
  const output = await execIn('.', never)(...node('console.error("no"); process.exit(3)'))
  expect(output).toEqual({ code: 3, stdout: '', stderr: 'no\n' })
})

test('standard input is handed over, and lines come as they are written', async () => {
  const lines: string[] = []
  await execIn('.', never)(...node('process.stdin.pipe(process.stdout)'), {
    input: 'one\ntwo\n',
    onLine: (line) => lines.push(line),
  })
  expect(lines).toEqual(['one', 'two'])
})

test('bytes come as they are written, and are not kept as a text', async () => {
  const chunks: Buffer[] = []
  const script = 'process.stdout.write(Buffer.from([255, 0, 10])); console.error("no"); process.exitCode = 2'
  const output = await execIn('.', never)(...node(script), { onBytes: (chunk) => chunks.push(chunk) })
  expect(Buffer.concat(chunks)).toEqual(Buffer.from([255, 0, 10]))
  expect(output).toEqual({ code: 2, stdout: '', stderr: 'no\n' })
})

test('of a program that writes too much to standard error the last 64 KiB are kept', async () => {
  const { stderr } = await execIn('.', never)(...node('process.stderr.write("a".repeat(200000) + "the end")'))
  expect(stderr).toHaveLength(64 * 1024)
  expect(stderr.endsWith('the end')).toBe(true)
})

const limit = 64 * 1024
const token = `tok-${'abcdefgh'.repeat(5)}`

test.each<[string, string]>([
  ['the limit', `"x".repeat(1000) + token + "y".repeat(${limit - 12})`],
  ['what is kept while it runs', `"x".repeat(1000) + token + "y".repeat(${8 * limit - 12})`],
  [
    'what is kept, behind which there are more of them',
    `(token + "y".repeat(200)).repeat(${Math.ceil((9 * limit) / 244)})`,
  ],
])('of a secret at the edge of %s nothing is left', async (_, text) => {
  const exec = execIn('.', never, secretRedactor([token]))
  const { stderr } = await exec(
    ...node(`const token = process.argv[1]; process.stderr.write(${text} + "the end")`, token),
  )
  expect(stderr.replace(/the end$/, '').replaceAll('***', '')).toMatch(/^[*xy]*$/)
  expect(stderr.endsWith('the end')).toBe(true)
  expect(stderr.length).toBeLessThanOrEqual(limit)
})

test('a character in two chunks arrives whole', async () => {
  const script =
    'process.stdout.write(Buffer.from([0xc3])); setTimeout(() => process.stdout.write(Buffer.from([0xa9])), 50)'
  expect((await execIn('.', never)(...node(script))).stdout).toBe('é')
})

test('a program that is not there is an error that says what to install', async () => {
  const failure = await execIn('.', never)('no-such-program', []).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(UserError)
  expect((failure as UserError).reason).toBe('tool-missing')
})

test('when the run is cancelled, the program is asked to stop', async () => {
  const stop = new AbortController()
  const script =
    'process.on("SIGINT", () => { console.log("asked"); process.exit(0) }); console.log("up"); setInterval(() => {}, 99)'
  const { stdout } = await execIn('.', stop.signal)(...node(script), {
    onLine: (line) => line === 'up' && stop.abort(),
  })
  expect(stdout).toBe('up\nasked\n')
})
