import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fetchArtifact, listVersions } from '../../../../shared/bump/published.js'
import { sha256 } from '../../../../shared/foundation/digest.js'
import { dockerLogins } from '../../../../shared/registry/logins.js'
import type { Http } from '../../../../shared/registry/registry-http.js'
import { packChart } from '../../../fixtures/chart-server.js'
import { httpsFetch } from '../../../fixtures/https-fetch.js'
import { type OciRegistry, startOciRegistry } from '../../../fixtures/oci-registry.js'
import { startRegistryProxy } from '../../../fixtures/registry-proxy.js'
import { selfSigned } from '../../../fixtures/self-signed.js'

let registry: OciRegistry

beforeEach(async () => {
  registry = await startOciRegistry({ pageSize: 2 })
})

afterEach(() => registry[Symbol.asyncDispose]())

const chartIn = (host: string) => ({ kind: 'chart', repository: `oci://${host}/team`, chart: 'hub' }) as const

const withLogin = (http: typeof fetch, auths: object): Http =>
  Object.assign((...request: Parameters<typeof fetch>) => http(...request), {
    login: dockerLogins({ DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) }, () => {}),
  })

describe('a chart in an OCI registry', () => {
  test('is listed over several pages, and its tag is its version with "_" for "+"', async () => {
    for (const tag of ['1.0.0', '1.1.0', '1.2.0_build.5', '2.0.0-0.dev.git.7.habcdef0', '3.0.0'])
      registry.pushChart('team/hub', tag, packChart('hub', tag))
    const listed = await listVersions(fetch, chartIn(registry.host))
    expect(listed.map(({ version }) => version)).toEqual([
      ...['1.0.0', '1.1.0', '1.2.0+build.5', '2.0.0-0.dev.git.7.habcdef0', '3.0.0'],
    ])
    expect(registry.requests.filter((path) => path.includes('tags/list'))).toHaveLength(3)
  })

  test("is pinned by the sha256 of its archive, which is its layer's digest", async () => {
    const archive = packChart('hub', '1.2.0+build.5', { 'crds/a.yaml': 'a' })
    registry.pushChart('team/hub', '1.2.0_build.5', archive)
    const artifact = await fetchArtifact(fetch, chartIn(registry.host), { version: '1.2.0+build.5' })
    expect(artifact).toMatchObject({ version: '1.2.0+build.5', sha256: sha256(archive) })
    expect([...(artifact.chart?.crds.keys() ?? [])]).toEqual(['crds/a.yaml'])
  })

  test('is refused when its bytes are not those of the manifest', async () => {
    const archive = packChart('hub', '1.0.0')
    registry.pushChart('team/hub', '1.0.0', archive)
    registry.blobs.set(`sha256:${sha256(archive)}`, packChart('hub', '1.0.0', { 'values.yaml': 'evil: true\n' }))
    const fetched = fetchArtifact(fetch, chartIn(registry.host), { version: '1.0.0' })
    await expect(fetched).rejects.toMatchObject({ reason: 'digest-mismatch' })
  })

  test('is refused when the tag leads to another chart or version', async () => {
    registry.pushChart('team/hub', '1.0.0', packChart('hub', '6.6.6'))
    const fetched = fetchArtifact(fetch, chartIn(registry.host), { version: '1.0.0' })
    await expect(fetched).rejects.toThrow(/holds "hub 6\.6\.6" instead/)
  })

  test.each([
    ['an image', JSON.stringify({ layers: [{ mediaType: 'application/x', digest: `sha256:${'a'.repeat(64)}` }] })],
    [
      'a layer whose digest leads elsewhere',
      JSON.stringify({ layers: [{ mediaType: 'application/tar+gzip', digest: '../../x' }] }),
    ],
    ['no JSON', '<html>'],
  ])('is not taken for one when it is %s', async (_, manifest) => {
    registry.pushManifest('team/hub', '1.0.0', manifest)
    const fetched = fetchArtifact(fetch, chartIn(registry.host), { version: '1.0.0' })
    await expect(fetched).rejects.toThrow(/not a Helm chart/)
  })

  test('that is gone after it was listed is named with its registry', async () => {
    registry.pushChart('team/hub', '1.0.0', packChart('hub', '1.0.0'))
    const fetched = fetchArtifact(fetch, chartIn(registry.host), { version: '1.0.1' })
    await expect(fetched).rejects.toThrow(`${registry.host}/team/hub`)
  })
})

describe('a registry behind TLS and tokens', () => {
  const login = { user: 'robot', password: 'hunter2' }
  const auth = Buffer.from('robot:hunter2').toString('base64')
  const host = 'registry.example'
  const tls = selfSigned(host)
  const origin = (): string => `https://${host}`

  test('hands a token to anybody when its charts are public', async () => {
    await using door = await startRegistryProxy({ backend: registry.host, tls, origin })
    const archive = packChart('hub', '1.0.0')
    registry.pushChart('team/hub', '1.0.0', archive)
    const http = httpsFetch(host, door.port, tls.cert)
    expect(await listVersions(http, chartIn(host))).toEqual([{ version: '1.0.0' }])
    expect((await fetchArtifact(http, chartIn(host), { version: '1.0.0' })).sha256).toBe(sha256(archive))
    expect(door.requests.slice(0, 3)).toEqual([
      'GET /v2/team/hub/tags/list nobody',
      'GET /token nobody',
      'GET /v2/team/hub/tags/list Bearer',
    ])
  })

  test('gets the login that Docker was given, at the place for tokens and nowhere else', async () => {
    await using door = await startRegistryProxy({ backend: registry.host, tls, origin, login })
    registry.pushChart('team/hub', '1.0.0', packChart('hub', '1.0.0'))
    const http = withLogin(httpsFetch(host, door.port, tls.cert), { [host]: { auth } })
    expect(await listVersions(http, chartIn(host))).toEqual([{ version: '1.0.0' }])
    expect(door.requests).toEqual([
      'GET /v2/team/hub/tags/list nobody',
      'GET /token Basic',
      'GET /v2/team/hub/tags/list Bearer',
    ])
  })

  test.each([
    ['without a login it says what to do', {}, /registry\.example requires a login/],
    [
      'with another password it says so, and does not show it',
      { [host]: { auth: Buffer.from('robot:sesame').toString('base64') } },
      /rejects the login/,
    ],
    ["another registry's login is not tried", { 'ghcr.io': { auth } }, /requires a login/],
  ])('%s', async (_, auths, why) => {
    await using door = await startRegistryProxy({ backend: registry.host, tls, origin, login })
    registry.pushChart('team/hub', '1.0.0', packChart('hub', '1.0.0'))
    const listed = listVersions(withLogin(httpsFetch(host, door.port, tls.cert), auths), chartIn(host))
    await expect(listed).rejects.toThrow(why)
    await expect(listed).rejects.toMatchObject({ fix: expect.stringContaining('docker/login-action') })
    await expect(listed).rejects.not.toThrow(/sesame|hunter2/)
  })

  test('is not spoken to when nobody vouches for its certificate', async () => {
    await using door = await startRegistryProxy({ backend: registry.host, tls, origin })
    const listed = listVersions(httpsFetch(host, door.port, selfSigned(host).cert), chartIn(host))
    await expect(listed).rejects.toMatchObject({ reason: 'registry-unreachable' })
    expect(door.requests).toEqual([])
  })
})
