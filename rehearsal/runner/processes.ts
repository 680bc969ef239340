import { readdir, readFile } from 'node:fs/promises'

export interface Process {
  pid: number
  parent: number
}

/** The processes whose environment carries this RUNNER_TRACKING_ID: GitHub's runner finds a job's processes like this, too. */
export async function processesOf(trackingId: string): Promise<Process[]> {
  const mark = `RUNNER_TRACKING_ID=${trackingId}`
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const marked = await Promise.all(
    pids.map(async (pid) => {
      // Gone meanwhile, or another user's: not ours in either case.
      const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
      const environment = await read('environ')
      if (!environment.split('\0').includes(mark)) return []
      const [, parent] = /\) [A-Z] (\d+) /.exec(await read('stat')) ?? []
      return [{ pid: Number(pid), parent: Number(parent) }]
    }),
  )
  return marked.flat()
}

/** The steps' own processes: GitHub interrupts only these, and leaves it to them to tell their children. */
export function outermostProcesses(processes: readonly Process[]): Process[] {
  const pids = new Set(processes.map(({ pid }) => pid))
  return processes.filter(({ parent }) => !pids.has(parent))
}

export function signalAll(processes: readonly Process[], signal: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended by itself between the look and the signal.
    }
  }
}
