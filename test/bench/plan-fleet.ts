import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import { provideTools } from '../../rehearsal/tools/tools.js'
import { type Bench, below } from './figure.js'
import { largeChart } from './plan-fleet-chart.js'

const size = 60

/**
 * The plan of a bump for 60 clusters of 10 MB manifests each, in the worst case: the chart's version is a label of every
 * object, so that nothing is equal. All that a user waits for is in it: git, both charts, 120 renderings by the real Helm 4,
 * comparing, diffs. How much of it is Helm's own time is told as well: that is the same on a busy machine. Memory is the largest sum of the action's and its Helms' resident memory, looked at 10 times a second.
 */
export const planFleetBench: Bench = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-bench-'))
  try {
    const { helm4 } = await provideTools(() => {})
    const bin = join(dir, 'bin')
    await mkdir(bin)
    await symlink(helm4, join(bin, 'helm'))
    const root = join(dir, 'deploy')
    const base = await fleet(root)

    const start = performance.now()
    const run = execa(process.execPath, ['build/test/bench/plan-fleet-run.js', root, base], {
      env: { PATH: `${bin}:${process.env.PATH}`, RUNNER_TEMP: dir },
    })
    const memory = peakMemory(run.pid ?? 0, run)
    const { stdout } = await run
    const seconds = (performance.now() - start) / 1000
    const alone = 2 * size * (await helmAlone(helm4, join(root, 'meta')))

    const plans = JSON.parse(stdout) as unknown[]
    const expected = JSON.stringify([true, 960, 60])
    const wrong = plans.filter((plan) => JSON.stringify(plan) !== expected)
    if (plans.length !== size || wrong.length > 0) throw new Error(`wrong plans: ${stdout.slice(0, 200)}`)
    return [
      below('plan-fleet', 'time', seconds, 's', 120),
      below('plan-fleet', 'time over Helm alone', seconds / alone, 'x', 1.15),
      below('plan-fleet', 'memory', (await memory) / 2 ** 20, 'MiB', 500),
    ]
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Seconds for each of some renderings by nothing but Helm, two at a time. */
async function helmAlone(helm: string, chart: string): Promise<number> {
  const each = 6
  const worker = async (): Promise<void> => {
    for (let done = 0; done < each; done++) await execa(helm, ['template', 'alone', chart], { stdout: 'ignore' })
  }
  const start = performance.now()
  await Promise.all([worker(), worker()])
  return (performance.now() - start) / 1000 / (2 * each)
}

/** A deploy repo with two commits; returns the first, the second is checked out. */
async function fleet(root: string): Promise<string> {
  const names = Array.from({ length: size }, (_, index) => `member-${index}`)
  const roles = ['staging', 'canary', 'primary']
  await write(root, {
    '.github/deploy-policy.yml': `version: 1
operators: [ada]
apps: { gate: { id: 1, bot: 90000001 }, bump: { id: 2, bot: 90000002 } }
releases:
  meta: { chart: meta, name: "{cluster}", namespace: "{cluster}", values: ["config/{cluster}.yaml"] }
clusters:
${names.map((name, index) => `  ${name}: { wave: ${roles[index] ?? 'rest'}, host: ${name}.example.org }`).join('\n')}
components: {}
`,
    ...Object.fromEntries(names.map((name) => [`config/${name}.yaml`, `greeting: hello from ${name}\n`])),
    ...largeChart('1.0.0'),
  })
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=ada', '-c', 'user.email=ada@example.org', ...args], { cwd: root })
  await git('init', '--quiet')
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'one')
  const { stdout: base } = await git('rev-parse', 'HEAD')
  await write(root, largeChart('1.0.1'))
  await git('commit', '--quiet', '--all', '-m', 'two')
  return base
}

async function write(root: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
}

/** Bytes: the most that a process and its children had in memory together until it ended. */
async function peakMemory(pid: number, ended: Promise<unknown>): Promise<number> {
  let running = true
  void ended.then(
    () => (running = false),
    () => (running = false),
  )
  let peak = 0
  while (running) {
    peak = Math.max(peak, await residentTree(pid))
    await delay(100)
  }
  return peak
}

async function residentTree(root: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const known = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      const number = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
      return { pid: Number(pid), parent: number('PPid'), bytes: number('VmRSS') * 1024 }
    }),
  )
  const total = (pid: number): number =>
    known.reduce((sum, one) => sum + (one.pid === pid ? one.bytes : one.parent === pid ? total(one.pid) : 0), 0)
  return total(root)
}
