import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { cacheDir } from '../tools/cache.js'
import { forwardFromOutside } from './forward.js'

export const forwardNames = ['github', 'ingress', 'api'] as const
export type ForwardName = (typeof forwardNames)[number]

/** Where a kept rehearsal can be reached from outside its network: ports of this machine's loopback, by what is behind them. */
export const ForwardTargets = z.object({
  /** Holds the sockets `<name>.sock`, and is on a file system that both sides see. */
  dir: z.string(),
  ports: z.object({ github: z.number(), ingress: z.number(), api: z.number() }),
})
export type ForwardTargets = z.infer<typeof ForwardTargets>

export const forwardSocket = ({ dir }: Pick<ForwardTargets, 'dir'>, name: ForwardName): string =>
  join(dir, `${name}.sock`)

export interface PortForwards extends AsyncDisposable {
  places: ForwardTargets
}

/** Outside, before the rehearsal starts: free ports that lead to where it will listen. */
export async function openPortForwards(): Promise<PortForwards> {
  await mkdir(cacheDir(), { recursive: true })
  const dir = await mkdtemp(join(cacheDir(), 'keep-'))
  const open = async (name: ForwardName) => forwardFromOutside(0, forwardSocket({ dir }, name))
  const [github, ingress, api] = [await open('github'), await open('ingress'), await open('api')]
  return {
    places: { dir, ports: { github: github.port, ingress: ingress.port, api: api.port } },
    async [Symbol.asyncDispose]() {
      for (const door of [github, ingress, api]) await door[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
