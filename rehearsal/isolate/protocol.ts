import { z } from 'zod'

/** What the program outside tells the one inside, over the IPC channel: environments hold secrets, arguments are public. */
export const StartMessage = z.object({
  id: z.string(),
  cgroup: z.string(),
  busybox: z.string(),
  hosts: z.record(z.string(), z.string()),
  command: z.string(),
  args: z.array(z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
})
export type StartMessage = z.infer<typeof StartMessage>

export const SignalMessage = z.object({ signal: z.enum(['SIGINT', 'SIGTERM', 'SIGHUP']) })
export type SignalMessage = z.infer<typeof SignalMessage>
