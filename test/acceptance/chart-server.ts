import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { createTar } from 'nanotar'
import { stringify } from 'yaml'
import { sha256 } from '../../shared/foundation/digest.js'

/** A packaged chart: files by their path inside the chart's directory. */
export function packChart(name: string, version: string, files: Record<string, string> = {}): Buffer {
  const all = { 'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${JSON.stringify(version)}\n`, ...files }
  return gzipSync(createTar(Object.entries(all).map(([path, data]) => ({ name: `${name}/${path}`, data }))))
}

/** A classic chart repository on loopback. */
export interface ChartServer extends AsyncDisposable {
  url: string
  /** Adds a version, or replaces its archive. */
  publish(name: string, version: string, archive: Buffer, digest?: string): void
  withdraw(version: string): void
  /** Paths that were asked for, oldest first. */
  requests: string[]
  /** Called before every answer; what it returns is the answer. */
  override: ((path: string) => { status: number; body: string | Buffer } | undefined) | undefined
}

export async function startChartServer(): Promise<ChartServer> {
  const charts = new Map<string, { name: string; version: string; archive: Buffer; digest: string }>()
  const index = (): string => {
    const names = [...new Set([...charts.values()].map(({ name }) => name))]
    const entries = names.map((name) => [
      name,
      [...charts.values()]
        .filter((chart) => chart.name === name)
        .map(({ version, digest }) => ({ name, version, digest, urls: [`charts/${name}-${version}.tgz`] })),
    ])
    return stringify({ apiVersion: 'v1', entries: Object.fromEntries(entries) })
  }
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    chartServer.requests.push(path)
    const other = chartServer.override?.(path)
    const chart = [...charts.values()].find(({ name, version }) => path === `/charts/${name}-${version}.tgz`)
    const body = path === '/index.yaml' ? index() : chart?.archive
    response.statusCode = other?.status ?? (body === undefined ? 404 : 200)
    response.end(other?.body ?? body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const chartServer: ChartServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    override: undefined,
    publish(name, version, archive, digest = sha256(archive)) {
      charts.set(version, { name, version, archive, digest })
    },
    withdraw: (version) => void charts.delete(version),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return chartServer
}
