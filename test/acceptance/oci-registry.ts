import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sha256 } from '../../shared/foundation/digest.js'

const chartType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'

/** An OCI registry on loopback that anybody may read, as far as the distribution specification describes pulling. */
export interface OciRegistry extends AsyncDisposable {
  /** host:port */
  host: string
  /** Returns the digest of the manifest, 64 hex digits. */
  pushChart(name: string, tag: string, archive: Buffer): string
  /** Puts a tag on a manifest of any text. Returns its digest. */
  pushManifest(name: string, tag: string, manifest: string): string
  /** What is stored under a digest (`sha256:...`), to be replaced by those who cheat. */
  blobs: Map<string, Buffer>
  /** Paths that were asked for, oldest first. */
  requests: string[]
}

export async function startOciRegistry({ pageSize = 1000 } = {}): Promise<OciRegistry> {
  const tags = new Map<string, Map<string, string>>()
  const blobs = new Map<string, Buffer>()
  const requests: string[] = []
  const store = (bytes: Buffer): string => {
    const digest = `sha256:${sha256(bytes)}`
    blobs.set(digest, bytes)
    return digest
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://registry')
    requests.push(url.pathname + url.search)
    const [, name = '', kind, what = ''] = /^\/v2\/(.+)\/(tags|manifests|blobs)\/(.+)$/.exec(url.pathname) ?? []
    const known = tags.get(name)
    if (!known) return response.writeHead(404).end('{"errors": [{"code": "NAME_UNKNOWN"}]}')
    if (kind === 'tags') {
      const all = [...known.keys()].sort()
      const from = all.indexOf(url.searchParams.get('last') ?? '') + 1
      const page = all.slice(from, from + Math.min(pageSize, Number(url.searchParams.get('n') ?? pageSize)))
      if (from + page.length < all.length)
        response.setHeader('link', `</v2/${name}/tags/list?n=${pageSize}&last=${page.at(-1)}>; rel="next"`)
      return response.end(JSON.stringify({ name, tags: page }))
    }
    const digest = kind === 'manifests' ? (known.get(decodeURIComponent(what)) ?? what) : what
    const bytes = blobs.get(digest)
    if (!bytes) return response.writeHead(404).end('{"errors": [{"code": "MANIFEST_UNKNOWN"}]}')
    if (kind === 'manifests') response.setHeader('docker-content-digest', digest)
    return response.end(bytes)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const pushManifest = (name: string, tag: string, manifest: string): string => {
    const digest = store(Buffer.from(manifest))
    tags.set(name, (tags.get(name) ?? new Map<string, string>()).set(tag, digest))
    return digest.slice('sha256:'.length)
  }
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    blobs,
    requests,
    pushManifest,
    pushChart(name, tag, archive) {
      const layers = [{ mediaType: chartType, digest: store(archive), size: archive.length }]
      const config = {
        mediaType: 'application/vnd.cncf.helm.config.v1+json',
        digest: store(Buffer.from('{}')),
        size: 2,
      }
      return pushManifest(name, tag, JSON.stringify({ schemaVersion: 2, config, layers }))
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
