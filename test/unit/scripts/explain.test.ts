import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { explainMerge } from '../../../scripts/explain.js'
import { packChart, startChartServer } from '../../fixtures/chart-server.js'

const policy = `version: 1
operators: [ada]
apps: { gate: { id: 1, bot: 90000001 }, bump: { id: 2, bot: 90000002 } }
releases: { site: { values: ["config/{cluster}.yaml"] } }
clusters: { primary: { wave: primary } }
components:
  hub: { upstream: owner/hub, chart: site/Chart.yaml#hub }
`
const monday = new Date('2026-03-02T12:00:00Z')

let root: string

const git = (...args: string[]) =>
  execa('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], { cwd: root })

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
}

async function commit(files: Record<string, string>): Promise<void> {
  await write(files)
  await git('add', '-A')
  await git('commit', '-qm', 'A change')
}

const said = async (range?: string, policyFile?: string, http: typeof fetch = fetch) =>
  (await explainMerge({ root, range, policy: policyFile }, http, monday)).join('\n')

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lockstep-explain-'))
  await git('init', '-q', '-b', 'main')
  await commit({
    '.github/deploy-policy.yml': policy,
    'config/primary.yaml': 'web: { replicas: 3 }\n',
    'README.md': 'x\n',
  })
})

afterEach(() => rm(root, { recursive: true, force: true }))

test('a range of commits is explained from what was there before to what is missing', async () => {
  await commit({ 'config/primary.yaml': 'web: { replicas: 1 }\n', 'README.md': 'y\n' })

  const text = await said('HEAD~1..HEAD')

  expect(text).toContain('T2   capacity: it changes web.replicas from 3 to 1 (less replicas)')
  expect(text).toContain('none docs: it changes README.md')
  expect(text).toContain('missing the approval of two operators')
  expect(text).toMatch(/Red: something is missing\.$/)
})

test('the files that lie there are explained, new ones and links too; what git ignores is not', async () => {
  await commit({ '.gitignore': 'ignored\n' })
  await write({ 'config/new.yaml': 'prometheus: {}\n', ignored: 'x', 'README.md': 'z\n' })
  await symlink('config/primary.yaml', join(root, 'link'))

  const text = await said()

  expect(text).toContain('(3 files)')
  expect(text).toContain('kubernetes: it adds a cluster: config/new.yaml')
  expect(text).toContain('unknown: link is or becomes a link or a submodule')
})

test('a rename counts on both sides', async () => {
  await git('mv', 'config/primary.yaml', 'docs.md')
  await git('commit', '-qm', 'Moved')

  const text = await said('HEAD~1..HEAD')

  expect(text).toContain('(2 files)')
  expect(text).toContain('capacity: it changes web.replicas from 3 to nothing')
})

test('docs alone are green, and bytes that are no text are not looked into', async () => {
  await commit({ 'docs/a.md': 'x' })
  expect(await said('HEAD~1..HEAD')).toMatch(/Green: it may be merged\.$/)

  await commit({ 'config/primary.yaml': '\0GITCRYPT' })
  expect(await said('HEAD~1..HEAD')).toContain('unknown: config/primary.yaml cannot be read')
})

test("the change's own policy plays no part, another one can be tried", async () => {
  const lax = `${policy}change-classes: { content: { values: [web], tier: T0 } }\n`
  await commit({ '.github/deploy-policy.yml': lax, 'config/primary.yaml': 'web: { replicas: 1 }\n' })
  expect(await said('HEAD~1..HEAD')).toContain('capacity: it changes web.replicas')
  expect(await said('HEAD~1..HEAD', join(root, '.github/deploy-policy.yml'))).toContain(
    'content: it changes web.replicas',
  )

  await git('rm', '-q', '.github/deploy-policy.yml')
  await git('commit', '-qm', 'None')
  await expect(said('HEAD..HEAD')).rejects.toThrow('has no .github/deploy-policy.yml')
})

test('what a bump carries is looked up in the registry that the base names', async () => {
  await using charts = await startChartServer()
  const inside = (version: string) => ({
    'charts/jupyterhub/Chart.yaml': `apiVersion: v2\nname: jupyterhub\nversion: ${version}\n`,
  })
  charts.publish('hub', '1.0.0', packChart('hub', '1.0.0', inside('3.0.0')))
  charts.publish('hub', '1.1.0', packChart('hub', '1.1.0', inside('3.0.1')))
  charts.publish('hub', '1.2.0', packChart('hub', '1.2.0', inside('3.0.1')))
  const chart = (version: string, repository = charts.url) =>
    `name: site\ndependencies:\n  - { name: hub, version: ${version}, repository: "${repository}" }\n`
  await commit({ 'site/Chart.yaml': chart('1.0.0') })
  await commit({ 'site/Chart.yaml': chart('1.1.0') })
  await commit({ 'site/Chart.yaml': chart('1.2.0') })
  await commit({ 'site/Chart.yaml': chart('9.9.9', 'http://127.0.0.1:9') })

  expect(await said('HEAD~3..HEAD~2')).toContain(
    'jupyterhub: the bump of hub includes: chart jupyterhub: 3.0.0 -> 3.0.1',
  )
  expect(await said('HEAD~2..HEAD~1')).not.toContain('the bump of hub includes')
  expect(await said('HEAD~1..HEAD')).toContain('the contents of hub 9.9.9 cannot be compared with 1.2.0')
})
