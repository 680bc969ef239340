import { z } from 'zod'

/** What the program outside tells the one inside, over the IPC channel: environments hold secrets, arguments are public. */
export const Start = z.object({
  id: z.string(),
  cgroup: z.string(),
  busybox: z.string(),
  hosts: z.record(z.string(), z.string()),
  command: z.string(),
  args: z.array(z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
})
export type Start = z.infer<typeof Start>

export const Signal = z.object({ signal: z.enum(['SIGINT', 'SIGTERM', 'SIGHUP']) })
export type Signal = z.infer<typeof Signal>
