import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { cacheDir } from '../tools/cache.js'
import { forwardFromOutside } from './forward.js'

export const doorNames = ['github', 'ingress', 'api'] as const
export type DoorName = (typeof doorNames)[number]

/** Where a kept world can be reached from outside its network: ports of this machine's loopback, by what is behind them. */
export const Places = z.object({
  /** Holds the sockets `<name>.sock`, and is on a file system that both sides see. */
  dir: z.string(),
  ports: z.object({ github: z.number(), ingress: z.number(), api: z.number() }),
})
export type Places = z.infer<typeof Places>

export const doorSocket = ({ dir }: Pick<Places, 'dir'>, name: DoorName): string => join(dir, `${name}.sock`)

export interface Doors extends AsyncDisposable {
  places: Places
}

/** Outside, before the world starts: free ports that lead to where the world will listen. */
export async function openDoors(): Promise<Doors> {
  await mkdir(cacheDir(), { recursive: true })
  const dir = await mkdtemp(join(cacheDir(), 'keep-'))
  const open = async (name: DoorName) => forwardFromOutside(0, doorSocket({ dir }, name))
  const [github, ingress, api] = [await open('github'), await open('ingress'), await open('api')]
  return {
    places: { dir, ports: { github: github.port, ingress: ingress.port, api: api.port } },
    async [Symbol.asyncDispose]() {
      for (const door of [github, ingress, api]) await door[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
