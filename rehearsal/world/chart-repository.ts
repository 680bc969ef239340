import { createReadStream } from 'node:fs'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { listening } from './listening.js'

/** A classic Helm chart repository: a folder with packages and `index.yaml`, served as it is. */
export interface ChartRepository extends AsyncDisposable {
  dir: string
}

export async function startChartRepository(dir: string, port: number): Promise<ChartRepository> {
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, 'index.yaml'), 'apiVersion: v1\nentries: {}\n')
  const server = createServer(async (request, response) => {
    const name = /^\/([\w.+-]+)$/.exec(request.url ?? '')?.[1]
    const file = join(dir, name ?? '')
    if (name === undefined || !(await stat(file).catch(() => undefined))?.isFile()) {
      response.writeHead(404).end()
      return
    }
    await pipeline(createReadStream(file), response).catch(() => response.destroy())
  })
  const close = await listening(server, port)
  return { dir, [Symbol.asyncDispose]: close }
}
