import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { mkdtemp, readdir, readFile, readlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { kubectlSays } from '../../rehearsal/cluster/kubectl.js'
import { pauseImage } from '../../rehearsal/cluster/node.js'
import { pollUntil } from '../../rehearsal/cluster/poll.js'

/**
 * Ends the cluster's API server as a crash does. The answer starts it again, as it was, and waits until it answers and the
 * controllers, the scheduler and the node, which ask ever more rarely, have noticed: a pod runs.
 */
export async function crashApiServer(): Promise<() => Promise<void>> {
  const pid = await apiServerPid()
  const proc = `/proc/${pid}`
  const [, ...args] = words(await readFile(`${proc}/cmdline`, 'utf8'))
  const environment = words(await readFile(`${proc}/environ`, 'utf8')).map((entry): [string, string] => {
    const [name = '', ...value] = entry.split('=')
    return [name, value.join('=')]
  })
  const [program, cwd] = await Promise.all([readlink(`${proc}/exe`), readlink(`${proc}/cwd`)])
  process.kill(pid, 'SIGKILL')
  // Its port is free when it is reaped, which is later than when its command line is gone.
  if (!(await pollUntil(async () => !existsSync(proc), { deadline: 30_000, every: 20 })))
    throw new Error('The API server does not end.')

  return async () => {
    const log = join(await mkdtemp(join(tmpdir(), 'api-server-')), 'log')
    const output = openSync(log, 'a')
    const env = Object.fromEntries(environment)
    spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', output, output] }).unref()
    closeSync(output)
    const ready = await pollUntil(() => kubectl('get', '--raw', '/readyz'), { deadline: 60_000, every: 100 })
    if (!ready) throw new Error(`The API server did not come back:\n${(await readFile(log, 'utf8')).slice(-4000)}`)
    const probe = `probe-${pid}`
    await until('Nothing can be made.', () => kubectl('create', 'deployment', probe, `--image=${pauseImage}`))
    await until('The node did not come back.', () => kubectl('rollout', 'status', `deployment/${probe}`))
    await kubectl('delete', 'deployment', probe)
  }
}

const kubectl = (...args: string[]): Promise<boolean> =>
  kubectlSays(inject('tools').kubectl, inject('kubeconfig'), [...args, '--request-timeout=60s'])

async function until(otherwise: string, holds: () => Promise<boolean>): Promise<void> {
  if (!(await pollUntil(holds, { deadline: 60_000, every: 100 }))) throw new Error(otherwise)
}

async function apiServerPid(): Promise<number> {
  for (const entry of await readdir('/proc')) {
    const line = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')
    if (words(line)[1] === 'kube-apiserver') return Number(entry)
  }
  throw new Error('There is no API server.')
}

const words = (text: string): string[] => text.split('\0').slice(0, -1)
