import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, inject, test } from 'vitest'
import { readIsolation } from '../../rehearsal/isolate/inside.js'
import { fetchArtifact, listVersions } from '../../shared/bump/published.js'
import { sha256 } from '../../shared/foundation/digest.js'
import { dockerLogins } from '../../shared/registry/logins.js'
import type { Http } from '../../shared/registry/registry-http.js'
import { startRegistryProxy } from '../fixtures/registry-proxy.js'
import { selfSigned } from '../fixtures/self-signed.js'

const login = { user: 'robot', password: 'sesame' }
const versions = ['1.0.0', '1.2.0+build.5', '2.0.0-0.dev.git.7.habcdef0']

test.each(['helm3', 'helm4'] as const)(
  'a chart in a real registry, behind TLS and a login, has the digest that %s fetches',
  async (tool) => {
    const helm = inject('tools')[tool]
    const dir = await mkdtemp(join(readIsolation()?.dir ?? '', 'oci-'))
    const team = `team-${tool}`
    for (const version of versions) {
      await mkdir(join(dir, version, 'hub'), { recursive: true })
      await writeFile(join(dir, version, 'hub/Chart.yaml'), `apiVersion: v2\nname: hub\nversion: ${version}\n`)
      await execa(helm, ['package', 'hub'], { cwd: join(dir, version) })
      const archive = join(dir, version, `hub-${version}.tgz`)
      await execa(helm, ['push', archive, `oci://${inject('registry')}/${team}`, '--plain-http'])
    }
    const tls = selfSigned('localhost')
    await using door = await startRegistryProxy({ backend: inject('registry'), tls, login })
    const host = `localhost:${door.port}`
    const auth = Buffer.from(`${login.user}:${login.password}`).toString('base64')
    await writeFile(join(dir, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }))
    await writeFile(join(dir, 'ca.pem'), tls.cert)

    const http: Http = Object.assign((...request: Parameters<typeof fetch>) => fetch(...request), {
      login: dockerLogins({ DOCKER_CONFIG: dir }, () => {}),
    })
    const source = { kind: 'chart', repository: `oci://${host}/${team}`, chart: 'hub' } as const
    expect((await listVersions(http, source)).map(({ version }) => version).sort()).toEqual([...versions].sort())

    for (const version of versions) {
      const artifact = await fetchArtifact(http, source, { version })
      const meta = join(dir, version, 'meta')
      await mkdir(meta)
      const dependency = `- { name: hub, version: "${version}", repository: "${source.repository}" }`
      await writeFile(
        join(meta, 'Chart.yaml'),
        `apiVersion: v2\nname: meta\nversion: 0.0.1\ndependencies:\n${dependency}\n`,
      )
      await execa(helm, ['dependency', 'update', meta], {
        env: { DOCKER_CONFIG: dir, SSL_CERT_FILE: join(dir, 'ca.pem'), HELM_REGISTRY_CONFIG: join(dir, 'none.json') },
      })
      expect(await readdir(join(meta, 'charts'))).toEqual([`hub-${version}.tgz`])
      const fetched = await readFile(join(meta, `charts/hub-${version}.tgz`))
      expect(sha256(fetched)).toBe(artifact.sha256)
      expect(fetched.equals(await readFile(join(dir, version, `hub-${version}.tgz`)))).toBe(true)
    }
    expect(door.requests).toContain('GET /token Basic')
    await expect(listVersions(fetch, source)).rejects.toThrow(/requires a login/)
  },
)
