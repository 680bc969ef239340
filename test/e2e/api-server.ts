import { spawn } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { inject } from 'vitest'
import { kubectlSays } from '../../rehearsal/cluster/kubectl.js'
import { poll } from '../../rehearsal/cluster/poll.js'

/**
 * Ends the cluster's API server as a crash does. The answer starts it again, as it was, and waits until it answers and the
 * controllers, which ask ever more rarely, have noticed.
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
  await poll(async () => (await apiServerPid().catch(() => undefined)) === undefined, { deadline: 10_000, every: 20 })

  return async () => {
    const options = { cwd, env: Object.fromEntries(environment), detached: true, stdio: 'ignore' } as const
    spawn(program, args, options).unref()
    await until('The API server did not come back.', () => kubectl('get', '--raw', '/readyz'))
    const probe = `probe-${pid}`
    await until('Nothing can be made.', () => kubectl('create', 'deployment', probe, '--image=none', '--replicas=0'))
    await until('The controllers did not come back.', () => kubectl('rollout', 'status', `deployment/${probe}`))
    await kubectl('delete', 'deployment', probe)
  }
}

const kubectl = (...args: string[]): Promise<boolean> =>
  kubectlSays(inject('tools').kubectl, inject('kubeconfig'), [...args, '--request-timeout=60s'])

async function until(otherwise: string, holds: () => Promise<boolean>): Promise<void> {
  if (!(await poll(holds, { deadline: 60_000, every: 100 }))) throw new Error(otherwise)
}

async function apiServerPid(): Promise<number> {
  for (const entry of await readdir('/proc')) {
    const line = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')
    if (words(line)[1] === 'kube-apiserver') return Number(entry)
  }
  throw new Error('There is no API server.')
}

const words = (text: string): string[] => text.split('\0').slice(0, -1)
