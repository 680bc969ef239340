import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { askCommand } from '../../../../../actions/smoke-test/probes/command.js'
import { UserError } from '../../../../../shared/foundation/errors.js'
import type { CommandCheck } from '../../../../../shared/policy/smoke-types.js'

/** Runs a line of JavaScript in a Node of its own. */
async function run(script: string, { env = {}, time = 10_000 } = {}) {
  const lines: string[] = []
  const check = { kind: 'command', command: [process.execPath, '-e', script], env } as unknown as CommandCheck
  const turn = { left: time, signal: AbortSignal.timeout(time), tell: (line: string) => void lines.push(line) }
  return { found: await askCommand(check, tmpdir(), turn), lines }
}

test.each([
  ['process.exit(0)', 'right', 'exit code 0'],
  ['console.log("5 passed")', 'right', 'exit code 0: 5 passed'],
  ['console.error("1 failed"); process.exitCode = 1', 'wrong', 'exit code 1: 1 failed'],
  ['process.exit(75)', 'unknown', 'exit code 75'],
  ['process.kill(process.pid, "SIGKILL")', 'wrong', 'ended by a signal'],
])('%s is %s', async (script, is, came) => {
  expect((await run(script)).found).toEqual({ is, came })
})

test('a program that does not end is ended, with everything that it started', async () => {
  const child = 'setInterval(() => {}, 1000)'
  const script = `const c = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}]); console.log(c.pid); ${child}`
  const { found, lines } = await run(script, { time: 1_500 })

  expect(found).toMatchObject({ is: 'wrong', came: expect.stringContaining('did not end within') })
  await expect.poll(() => isAlive(Number(lines[0]))).toBe(false)
})

/** What has ended, but was not reaped yet, is not alive. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

test('it gets its own variables, and none of the action’s inputs', async () => {
  process.env.INPUT_KUBECONFIG = 's3cret'
  try {
    const script = 'console.log(process.env.A, process.env.INPUT_KUBECONFIG, typeof process.env.PATH)'
    expect((await run(script, { env: { A: '1' } })).lines).toEqual(['1 undefined string'])
  } finally {
    delete process.env.INPUT_KUBECONFIG
  }
})

test('only the beginning of long output is shown, and the end decides what came', async () => {
  const { found, lines } = await run('for (let i = 0; i < 5000; i++) console.log(i)')

  expect(lines.length).toBeLessThan(210)
  expect(found.came).toBe('exit code 0: 4999')
})

test('arguments never go through a shell', async () => {
  const check = {
    command: [process.execPath, '-p', 'process.argv[1]', '$(id); `id`'],
    env: {},
  } as unknown as CommandCheck
  const lines: string[] = []
  const turn = { left: 9_000, signal: AbortSignal.timeout(9_000), tell: (line: string) => void lines.push(line) }
  await askCommand(check, tmpdir(), turn)

  expect(lines).toEqual(['$(id); `id`'])
})

test('a program that is not there is the runner’s trouble', async () => {
  const check = { command: ['no-such-program'], env: {} } as unknown as CommandCheck
  const turn = { left: 9_000, signal: AbortSignal.timeout(9_000), tell: () => {} }

  await expect(askCommand(check, tmpdir(), turn)).rejects.toThrow(UserError)
})
