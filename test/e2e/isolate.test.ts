import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, inject, test } from 'vitest'
import { pollUntil } from '../../rehearsal/cluster/poll.js'
import { cgroupMounts } from '../../rehearsal/isolate/cgroups.js'
import { readIsolation } from '../../rehearsal/isolate/inside.js'
import { projectRoot } from '../../rehearsal/root.js'

// These runs are started inside the namespaces of the tests' own run: what must not leak out of them is looked for there.
const { busybox } = inject('tools')
const here = readIsolation()
const dir = here?.dir ?? ''

const program = (body: string): string => `
  import { runIsolated } from ${JSON.stringify(join(projectRoot, 'build/rehearsal/isolate/isolate.js'))}
  const script = ${JSON.stringify(body)}
  process.exitCode = await runIsolated('/bin/sh', ['-c', script], { busybox: ${JSON.stringify(busybox)}, hosts: { 'one.test': '127.0.0.1' } })
`

const start = (body: string) =>
  execa(process.execPath, ['--input-type=module', '--eval', program(body)], { reject: false, all: true })

/** A marker in a program's arguments finds it in the list of processes. */
async function processesWith(marker: string): Promise<number> {
  const { stdout } = await execa('ps', ['-e', '-o', 'args'])
  return stdout.split('\n').filter((line) => line.startsWith('sleep') && line.includes(marker)).length
}

const ownCgroups = async (): Promise<string[]> => {
  const parent = here?.cgroup ?? ''
  const below = cgroupMounts().map((mount) => readdir(join(mount, parent)).catch((): string[] => []))
  return (await Promise.all(below)).flat().filter((name) => name.startsWith('lockstep-'))
}

const untilStarted = async (marker: string): Promise<void> => {
  expect(await pollUntil(async () => (await processesWith(marker)) > 0, { deadline: 20_000, every: 50 })).toBe(true)
}

const untilGone = async (marker: string): Promise<void> => {
  expect(await pollUntil(async () => (await processesWith(marker)) === 0, { deadline: 20_000, every: 50 })).toBe(true)
}

const makeCgroups =
  'for m in $(grep -E " cgroup2? " /proc/mounts | cut -d" " -f2); do mkdir -p "$m$CGROUP/pod/container"; done'
const cgroupOfRun = `CGROUP=$(sed 's/.*"cgroup":"\\([^"]*\\)".*/\\1/' /run/lockstep/isolation.json)`

test("the program's exit code and output come through", async () => {
  const { exitCode, stdout } = await start('echo hello; exit 7')
  expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: 'hello' })
})

test('a program that cannot be started ends with 127 and says why', async () => {
  const { exitCode, all } = await start('exec /no/such/program')
  expect(exitCode).toBe(127)
  expect(all).toContain('/no/such/program')
})

test('inside there is no network but loopback, and names can be added', async () => {
  const { stdout } = await start(
    `${busybox} ip -o link | ${busybox} wc -l; ${busybox} ping -c 1 one.test >/dev/null && echo reached`,
  )
  expect(stdout).toBe('1\nreached')
  expect(await readFile('/etc/hosts', 'utf8')).not.toContain('one.test')
})

test('sysctls that are written inside are unchanged outside', async () => {
  const file = '/proc/sys/kernel/panic'
  const before = await readFile(file, 'utf8')
  const { stdout } = await start(`echo 77 > ${file}; cat ${file}`)
  expect(stdout).toBe('77')
  expect(await readFile(file, 'utf8')).toBe(before)
})

test('cgroups that were made inside are gone after the end', async () => {
  await start(`${cgroupOfRun}; ${makeCgroups}`)
  expect(await ownCgroups()).toEqual([])
})

test('orphans end with the program that left them behind', async () => {
  await start('setsid sleep 98761 & exit 0')
  await untilGone('98761')
})

test('SIGINT and SIGTERM reach the program once, and it may take its time to end', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const marker = signal === 'SIGINT' ? '98762' : '98763'
    const name = signal.slice(3)
    const run = start(
      `trap 'echo got; kill $child' ${name}; sleep ${marker} & child=$!; wait $child; sleep 0.3; echo ended; exit 5`,
    )
    await untilStarted(marker)
    run.kill(signal)
    const { exitCode, stdout } = await run
    expect({ signal, exitCode, stdout }).toEqual({ signal, exitCode: 5, stdout: 'got\nended' })
  }
})

test('a second signal ends a program that does not', async () => {
  const run = start("trap '' INT TERM HUP; sleep 98764; sleep 98764")
  await untilStarted('98764')
  run.kill('SIGINT')
  run.kill('SIGTERM')
  expect((await run).exitCode).not.toBe(0)
  await untilGone('98764')
})

test('SIGKILL of the parent leaves no process and no mount, and the next run removes the cgroups', async () => {
  const mounts = await readFile('/proc/self/mounts', 'utf8')
  const outside = join(dir, 'mount-point')
  await mkdir(outside)
  await writeFile(join(outside, 'seen'), 'before')
  const run = start(
    `${cgroupOfRun}; ${makeCgroups}; ${busybox} mount -t tmpfs tmpfs ${outside}; setsid sleep 98765 & sleep 98765`,
  )
  await untilStarted('98765')
  expect(await ownCgroups()).not.toEqual([])

  run.kill('SIGKILL')
  await run
  await untilGone('98765')
  expect(await readFile('/proc/self/mounts', 'utf8')).toBe(mounts)
  expect(existsSync(join(outside, 'seen'))).toBe(true)

  await start('true')
  expect(await ownCgroups()).toEqual([])
})

test("another process' network is joined where that is asked for", async () => {
  const other = execa('unshare', ['--net', 'sleep', '4242'], { reject: false })
  await untilStarted('4242')
  const body = `
    import { runIsolated } from ${JSON.stringify(join(projectRoot, 'build/rehearsal/isolate/isolate.js'))}
    const network = { process: ${other.pid} }
    process.exitCode = await runIsolated('readlink', ['/proc/self/ns/net'], { busybox: ${JSON.stringify(busybox)}, network })
  `
  const inside = await execa(process.execPath, ['--input-type=module', '--eval', body])
  const { stdout: network } = await execa('readlink', [`/proc/${other.pid}/ns/net`])
  other.kill('SIGKILL')
  expect(inside.stdout).toBe(network)
  expect(network).not.toBe((await execa('readlink', ['/proc/self/ns/net'])).stdout)
})
