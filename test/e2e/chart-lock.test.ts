import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, inject, test } from 'vitest'
import { refreshChartLock } from '../../shared/bump/chart-lock.js'
import { sha256 } from '../../shared/foundation/digest.js'
import { packChart, startChartServer } from '../fixtures/chart-server.js'

const tools = inject('tools')
const [first, second] = ['1.0.0-0.dev.git.1.haaaaaaa', '1.0.0-0.dev.git.2.hbbbbbbb'] as const

const withoutTime = (lock: string): string => lock.replace(/^generated: .*$/m, '')

test.each([
  ['3', tools.helm3, 'Chart.yaml'],
  ['4', tools.helm4, 'Chart.yaml'],
  ['3', tools.helm3, 'requirements.yaml'],
  ['4', tools.helm4, 'requirements.yaml'],
])('Helm %s takes the refreshed lock file as its own: %s, %s', async (_, helm, file) => {
  await using charts = await startChartServer()
  for (const version of [first, second]) charts.publish('hub', version, packChart('hub', version))
  charts.publish('redis', '2.0.0', packChart('redis', '2.0.0'))
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-lock-'))
  const legacy = file === 'requirements.yaml'
  const [path, lockPath] = [join(dir, 'meta', file), join(dir, 'meta', legacy ? 'requirements.lock' : 'Chart.lock')]
  const env = { HELM_CONFIG_HOME: `${dir}/config`, HELM_CACHE_HOME: `${dir}/cache`, HELM_DATA_HOME: `${dir}/data` }
  const run = async (...args: string[]) => (await execa(helm, args, { env, reject: false, all: true })).all
  const dependencies = (version: string): string => `dependencies:
  - { name: hub, version: "${version}", repository: "${charts.url}", tags: ["a<b>&c"], condition: hub.enabled }
  - { name: redis, alias: cache, version: ">= 2.0.0, < 3", repository: "@one", import-values: [data, { parent: b, child: a }] }
  - { name: local, version: 0.3.0, repository: "file://../local" }
`
  const head = `apiVersion: ${legacy ? 'v1' : 'v2'}\nname: meta\nversion: 0.1.0\n`
  const change = async (version: string): Promise<string> => {
    await writeFile(join(dir, 'meta/Chart.yaml'), head)
    const text = legacy ? dependencies(version) : head + dependencies(version)
    await writeFile(path, text)
    return text
  }
  await mkdir(join(dir, 'meta'))
  await mkdir(join(dir, 'local'))
  await writeFile(join(dir, 'local/Chart.yaml'), 'apiVersion: v2\nname: local\nversion: 0.3.0\n')
  const before = await change(first)
  await run('repo', 'add', 'one', charts.url)
  await run('dependency', 'update', join(dir, 'meta'))
  const locked = await readFile(lockPath, 'utf8')

  const after = await change(second)
  expect(await run('dependency', 'build', join(dir, 'meta'))).toContain('out of sync')
  const fresh = refreshChartLock({ file: `meta/${file}`, before, after }, locked)
  await writeFile(lockPath, fresh)
  expect(await run('dependency', 'build', join(dir, 'meta'))).not.toMatch(/out of sync|Error/)

  await rm(lockPath)
  await run('dependency', 'update', join(dir, 'meta'))
  expect(withoutTime(await readFile(lockPath, 'utf8'))).toBe(withoutTime(fresh))

  if (legacy) {
    const asked = { dependencies: [{ name: 'hub', version: first, repository: charts.url }] }
    const requirements = (version: string): string =>
      `dependencies: [{ name: hub, version: "${version}", repository: "${charts.url}" }]\n`
    const helm2 = `dependencies: [{ name: hub, repository: "${charts.url}", version: "${first}" }]\ndigest: sha256:${sha256(JSON.stringify(asked))}\ngenerated: 2018-01-06T12:00:00Z\n`
    await writeFile(path, requirements(second))
    const moved = { file: `meta/${file}`, before: requirements(first), after: requirements(second) }
    await writeFile(lockPath, refreshChartLock(moved, helm2))
    expect(await run('dependency', 'build', join(dir, 'meta'))).not.toMatch(/out of sync|Error/)
  }
  await rm(dir, { recursive: true })
})
