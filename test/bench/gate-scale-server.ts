import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { blobSha } from '../../shared/github/files.js'

export const scalePolicy = `version: 1
operators: [ada]
apps: { gate: { id: 1, bot: 90000001 }, bump: { id: 2, bot: 90000002 } }
releases: { site: { values: ["config/{cluster}.yaml"] } }
clusters: { primary: { wave: primary } }
`

/** Texts of a commit's files by path. */
export type Side = ReadonlyMap<string, string>

export interface ScaleServer extends AsyncDisposable {
  url: string
  requests: number
}

/**
 * As much of GitHub as two trees and their files take, out of memory: the rehearsal's GitHub starts a git for every file,
 * which would be measured as well.
 */
export async function startScaleServer(base: Side, head: Side): Promise<ScaleServer> {
  const texts = new Map([...base.values(), ...head.values()].map((content) => [blobSha(content), content]))
  const treeOf = (side: Side) =>
    [...side].map(([path, content]) => ({
      ...{ path, mode: '100644', type: 'blob', sha: blobSha(content) },
      size: Buffer.byteLength(content),
    }))
  const trees: Record<string, unknown> = { a: treeOf(base), b: treeOf(head) }
  const result: ScaleServer = {
    url: '',
    requests: 0,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
  const server = createServer((request, response) => {
    result.requests += 1
    const answer = (body: unknown): void => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(body))
    }
    const [, commit] = /\/git\/trees\/([ab])/.exec(request.url ?? '') ?? []
    const [, sha = ''] = /\/git\/blobs\/([0-9a-f]{40})/.exec(request.url ?? '') ?? []
    if (commit !== undefined) return answer({ sha: commit, tree: trees[commit], truncated: false })
    if (sha !== '')
      return answer({ sha, encoding: 'base64', content: Buffer.from(texts.get(sha) ?? '').toString('base64') })
    void text(request).then((body) => {
      const { query } = JSON.parse(body) as { query: string }
      const asked = [...query.matchAll(/(b\d+): object\(oid: "([0-9a-f]{40})"\)/g)]
      const found = asked.map(([, name, oid = '']) => [name, { oid, isBinary: false, text: texts.get(oid) }])
      answer({ data: { repository: Object.fromEntries(found) } })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  result.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return result
}
