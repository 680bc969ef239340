import { expect, test } from 'vitest'
import { readableMarkdown } from '../../../../rehearsal/github/page/markdown.js'
import { at, commitFile, deploy, type EmulatorFixture, startEmulatorFixture } from '../../../fixtures/emulator.js'

const hostile = '<script>alert(1)</script> "quoted" <!-- hidden -->'

async function get(
  fixture: EmulatorFixture,
  path: string,
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(`${fixture.github.url}${path}`, { redirect: 'manual' })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

async function lookedAt(): Promise<EmulatorFixture> {
  const fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const gate = fixture.client(await fixture.gateToken())
  const head_sha = await commitFile(ada, 'topic', 'a', '1')
  await ada.rest.pulls.create({
    ...at,
    head: 'topic',
    base: 'main',
    title: hostile,
    body: `# ${hostile}\n**bold** \\*not\\*`,
  })
  await ada.rest.issues.createComment({
    ...at,
    issue_number: 1,
    body: '`code` [x](javascript:alert(1)) <img src=x onerror=y>',
  })
  const output = { title: hostile, summary: 'deploy\\-policy.yml &lt;' }
  await gate.rest.checks.create({ ...at, name: 'lockstep / gate', head_sha, conclusion: 'failure', output })
  const { data } = await gate.rest.repos.createDeployment({
    ...at,
    ...{ ref: 'main', environment: 'staging', required_contexts: [], auto_merge: false, task: 'deploy' },
    payload: { verdict: 'pass', releases: [{ components: { hub: hostile } }] },
  })
  const deployment_id = 'id' in data ? Number(data.id) : 0
  const log_url = 'javascript:alert(1)'
  await gate.rest.repos.createDeploymentStatus({ ...at, deployment_id, state: 'success', log_url })
  const run = { repo: deploy, workflow: '.github/workflows/deploy.yml', name: 'deploy', event: 'push', actor: 'ada' }
  const { id } = fixture.github.startRun({ ...run, headBranch: 'main', headSha: head_sha })
  const job = { name: 'plan', status: 'completed', conclusion: 'failure', log: hostile } as const
  fixture.github.updateRun(id, { status: 'completed', conclusion: 'failure', jobs: [job] })
  return fixture
}

test('pull requests, checks, comments, deployments and runs can be looked at, and strangers text stays text', async () => {
  await using fixture = await lookedAt()
  const overview = await get(fixture, '/_/')
  expect(overview.text).toContain('verified')
  expect(overview.text).toContain('1 open pull requests, 0 open issues')

  const repository = await get(fixture, `/_/${deploy}`)
  const runPath = /\/_\/[\w/-]+\/runs\/\d+/.exec(repository.text)?.[0] ?? ''
  const pull = await get(fixture, `/_/${deploy}/issues/1`)
  expect(pull.text).toContain('check by the App gate')
  expect(pull.text).toContain('deploy&#45;policy.yml &lt;')
  expect(pull.text).toContain('<b>bold</b> &#42;not&#42;')
  expect(pull.text).toContain('<code>code</code> [x](javascript:alert(1)) &#60;img src=x onerror=y&#62;')
  const run = await get(fixture, runPath)
  expect(run.text).toContain('&lt;script&gt;')

  for (const { status, text, headers } of [overview, repository, pull, run]) {
    expect(status).toBe(200)
    expect(text).not.toMatch(/<script|<img|href="javascript/)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  }
})

test('the Markdown of reports is readable: tables, and links to what can be looked at here', () => {
  const text = [
    '### Changes\n\n- [#1](http://127.0.0.1:4567/team/hub/pull/1) by ada',
    '\n\n| | before | after |\n| --- | --- | --- |\n| hub | `1` | `2` |\n',
    '\n[away](https://evil.test/x/pull/1) [in](http://127.0.0.1:1/"onclick="x/pull/1)',
  ].join('')
  const shown = String(readableMarkdown(text))
  expect(shown).toContain('<h3>Changes</h3>- <a href="/team/hub/pull/1">#1</a> by ada')
  expect(shown).toContain('<tr><td>hub</td><td><code>1</code></td><td><code>2</code></td></tr></table>')
  expect(shown).not.toMatch(/---|href="http|evil|onclick="/)
})

test('addresses of GitHub lead to the page, unknown ones nowhere, and looking leaves no trace in the log of requests', async () => {
  await using fixture = await lookedAt()
  const before = fixture.github.requests.length
  expect((await get(fixture, `/${deploy}/pull/1`)).headers.get('location')).toBe(`/_/${deploy}/issues/1`)
  expect((await get(fixture, `/${deploy}/actions/runs/7`)).headers.get('location')).toBe(`/_/${deploy}/runs/7`)
  for (const path of [`/_/${deploy}/issues/9`, `/_/${deploy}/runs/7`, '/_/no/where']) {
    expect((await get(fixture, path)).status).toBe(404)
  }
  expect(fixture.github.requests).toHaveLength(before)
})
