import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { byCommit, withCommits } from '../../../../shared/bump/published.js'
import { sha256 } from '../../../../shared/foundation/digest.js'
import { chartVersions } from '../../../../shared/registry/chart-repository.js'
import { parseImageName, registryOf } from '../../../../shared/registry/image-name.js'
import { imageDigest, imageTags } from '../../../../shared/registry/oci.js'

type Answer = { status?: number; headers?: Record<string, string>; body?: string }

async function serve(answer: (request: IncomingMessage, address: string) => Answer) {
  const server = createServer((request, response) => {
    const { status = 200, headers = {}, body = '' } = answer(request, address)
    response.writeHead(status, headers).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    address,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

describe('a registry of images', () => {
  /** Two pages of tags behind an anonymous token, as Docker Hub and quay.io serve them. */
  const registry = () =>
    serve(({ url = '', headers }, address) => {
      if (url.startsWith('/token'))
        return { body: JSON.stringify({ token: `for:${new URL(url, 'http://x').searchParams.get('scope')}` }) }
      if (headers.authorization !== 'Bearer for:repository:team/builder:pull') {
        const realm = `Bearer realm="http://${address}/token",service="x",scope="repository:team/builder:pull"`
        return { status: 401, headers: { 'www-authenticate': realm } }
      }
      if (url.includes('/manifests/')) return url.endsWith('/2') ? { body: 'manifest' } : { status: 404 }
      if (url.includes('last=1')) return { body: '{"tags": ["2", "no tag!"]}' }
      return { headers: { link: '</v2/team/builder/tags/list?n=1000&last=1>; rel="next"' }, body: '{"tags": ["1"]}' }
    })

  test('lists its tags page after page, with a token that it hands out', async () => {
    await using server = await registry()
    expect(await imageTags(fetch, `${server.address}/team/builder`)).toEqual(['1', '2'])
  })

  test('gives the digest of a tag by the bytes of its manifest', async () => {
    await using server = await registry()
    expect(await imageDigest(fetch, `${server.address}/team/builder`, '2')).toBe(sha256('manifest'))
    expect(await imageDigest(fetch, `${server.address}/team/builder`, '3')).toBeUndefined()
  })

  test('is not believed when its bytes are not what it says', async () => {
    await using server = await serve(() => ({
      headers: { 'docker-content-digest': `sha256:${'a'.repeat(64)}` },
      body: 'x',
    }))
    await expect(imageDigest(fetch, `${server.address}/b`, '1')).rejects.toMatchObject({ reason: 'digest-mismatch' })
  })

  test('may not send the token on to another host', async () => {
    await using server = await serve(() => ({
      headers: { link: '<http://127.0.0.1:1/x>; rel="next"' },
      body: '{"tags": []}',
    }))
    await expect(imageTags(fetch, `${server.address}/b`)).rejects.toMatchObject({ reason: 'registry-unreachable' })
  })
})

describe('a chart repository', () => {
  test('gives versions with the address of their archives, and leaves out what is malformed', async () => {
    const index = `entries:
  hub:
  - {version: 1.0.0, urls: [charts/hub-1.0.0.tgz], digest: ${'a'.repeat(64)}}
  - {version: "1.0.1", urls: ["https://other.example/hub.tgz"]}
  - {version: "1 @ada", urls: [x]}
  - {version: 1.0.2, urls: []}
  - nonsense
`
    await using server = await serve(() => ({ body: index }))
    const url = `http://${server.address}/charts`
    expect(await chartVersions(fetch, `${url}/`, 'hub')).toEqual([
      { version: '1.0.0', url: `${url}/charts/hub-1.0.0.tgz`, digest: 'a'.repeat(64) },
      { version: '1.0.1', url: 'https://other.example/hub.tgz', digest: undefined },
    ])
    expect(await chartVersions(fetch, url, 'other')).toEqual([])
  })

  test.each([
    ['that is not there', { status: 404 }, /answers 404/],
    ['that is no YAML', { body: 'entries: [' }, /not valid YAML/],
    ['that is a page', { body: '<html>' }, /no "entries"/],
  ])('%s is an error with its address', async (_, answer, why) => {
    await using server = await serve(() => answer)
    const error = chartVersions(fetch, `http://${server.address}`, 'hub')
    await expect(error).rejects.toThrow(why)
    await expect(error).rejects.toThrow(`${server.address}/index.yaml`)
  })

  test('is asked again when it answers 503, and is never named with its password', async () => {
    let asked = 0
    await using server = await serve(() => (++asked < 3 ? { status: 503 } : { body: 'entries: {}' }))
    expect(await chartVersions(fetch, `http://${server.address}`, 'hub')).toEqual([])
    const secret = chartVersions(fetch, 'https://user:hunter2@charts.example', 'hub')
    await expect(secret).rejects.toThrow(/charts\.example\/index\.yaml/)
    await expect(secret).rejects.not.toThrow(/hunter2/)
  })

  test('over plain http is not used', async () => {
    await expect(chartVersions(fetch, 'http://charts.example', 'hub')).rejects.toThrow(/only https/)
  })
})

test.each([
  ['ubuntu', 'registry-1.docker.io', 'library/ubuntu', 'docker.io'],
  ['jupyterhub/hub', 'registry-1.docker.io', 'jupyterhub/hub', 'docker.io'],
  ['quay.io/team/name', 'quay.io', 'team/name', 'quay.io'],
  ['localhost:5000/name', 'localhost:5000', 'name', 'localhost:5000'],
])('the image %s is at %s', (name, host, repository, shown) => {
  expect(parseImageName(name)).toEqual({ host, repository })
  expect(registryOf(name)).toBe(shown)
})

describe('versions by commit', () => {
  const commits = ['abcdef1'.padEnd(40, '0'), 'abcdef2'.padEnd(40, '0')]
  const published = (...versions: string[]) =>
    withCommits(
      versions.map((version) => ({ version })),
      ['{any}-g{commit}'],
    )

  test('other commits and other schemes are left out', () => {
    const found = byCommit(published('1-gabcdef10', '2-g9999999', 'latest'), commits)
    expect([...found].map(([commit, { version }]) => [commit, version])).toEqual([[commits[0], '1-gabcdef10']])
  })

  test('of two versions of one commit, the one that spells out more of it counts', () => {
    expect(byCommit(published('a-gabcdef1', 'b-gabcdef100'), commits).get(commits[0] ?? '')?.version).toBe(
      'b-gabcdef100',
    )
  })

  test('a version that fits two commits is refused', () => {
    const near = ['abcdef1'.padEnd(40, '0'), 'abcdef1'.padEnd(40, '1')]
    expect(() => byCommit(published('1-gabcdef1'), near)).toThrow(/matches two commits/)
  })
})
