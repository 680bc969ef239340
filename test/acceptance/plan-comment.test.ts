import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Permissions } from '../../rehearsal/github/types.js'
import { at, deploy } from '../fixtures/deploy-repo.js'
import { killEverywhere } from '../fixtures/kill-at-requests.js'
import { type PlanPreview, planJob, startPlanPreview } from '../fixtures/plan-preview.js'
import { startAction } from '../fixtures/start-action.js'

let plans: PlanPreview

beforeAll(async () => {
  plans = await startPlanPreview()
})
afterAll(() => plans[Symbol.asyncDispose]())

const marker = '<!-- lockstep:plan -->'
const bump = async () => plans.deployRepo.open(await plans.deployRepo.bump(plans.deployRepo.versions[1] ?? ''))

/** What the run changed on GitHub. */
async function writesOf(work: () => Promise<unknown>): Promise<string[]> {
  const { requests } = plans.deployRepo.github
  const before = requests.length
  await work()
  return requests
    .slice(before)
    .filter(({ method, path }) => method !== 'GET' && path !== '/graphql')
    .map(({ method, path }) => `${method} ${path.replace(/\d+$/, 'N')}`)
}

test('a bump’s reviewer finds the plan in one comment: what restarts on which cluster', async () => {
  const { number } = await bump()

  const { code, outputs } = await plans.plan(number)

  expect(code).toBe(0)
  expect(JSON.parse(outputs.affected ?? '')).toEqual(['staging', 'primary'])
  const [comment, ...others] = await plans.comments(number)
  expect(others).toEqual([])
  expect(comment?.user?.login).toBe('github-actions[bot]')
  expect(comment?.body).toBe(outputs.comment)
  expect(comment?.body).toContain(marker)
  expect(comment?.body).toContain('**2 of 2 clusters are affected.**')
  expect(comment?.body).toMatch(
    /#### staging, primary\n[\s\S]*Deployment hub restarts .*image of hub.*down for a short time/,
  )
  expect(comment?.body).toContain(`+        - image: example.org/hub:${plans.deployRepo.versions[1]}`)
})

test.each(['bot', 'slug'] as const)(
  'the comment is changed in place, written only where it changed, and taken back where nothing changes any more (I14: %s)',
  async (viewer) => {
    plans.deployRepo.github.openRows.jobsViewer = viewer
    const pr = await plans.deployRepo.open({ 'config/primary.yaml': 'host: 127.0.0.1:1\ngreeting: salve\n' })
    await plans.plan(pr.number)
    const [first] = await plans.comments(pr.number)
    expect(first?.body).toContain('#### primary')

    expect(await writesOf(() => plans.plan(pr.number))).toEqual([])
    await plans.push(pr, { 'README.md': 'Not rendered\n' })
    expect(await writesOf(() => plans.plan(pr.number))).toEqual([])

    await plans.push(pr, { 'config/primary.yaml': 'host: 127.0.0.1:1\ngreeting: ave\n' })
    expect(await writesOf(() => plans.plan(pr.number))).toEqual(['PATCH /repos/hub-org/deploy/issues/comments/N'])
    expect(await plans.comments(pr.number)).toMatchObject([{ id: first?.id, body: expect.stringContaining('ave') }])

    await plans.push(pr, { 'config/primary.yaml': 'host: 127.0.0.1:1\n' })
    await plans.plan(pr.number)
    expect(await plans.comments(pr.number)).toMatchObject([
      { id: first?.id, body: expect.stringContaining('No cluster is affected') },
    ])
  },
)

test('a pull request that changes nothing rendered gets no comment', async () => {
  const { number } = await plans.deployRepo.open({ 'docs/more.md': 'More\n' })

  const { code, outputs } = await plans.plan(number)

  expect([code, outputs.changed, outputs.affected]).toEqual([0, 'false', '[]'])
  expect(await plans.comments(number)).toEqual([])
})

test('a commit that cannot be rendered fails, and an older plan does not stand there as if it were true', async () => {
  const pr = await plans.deployRepo.open({ 'config/primary.yaml': 'host: 127.0.0.1:1\ngreeting: salve\n' })
  await plans.plan(pr.number)
  await plans.push(pr, { 'meta/templates/more.yaml': 'a: {{ .Values.missing }}\n' })

  expect((await plans.plan(pr.number)).result).toMatchObject({ decision: 'refused', reason: 'target-missing' })

  const comments = await plans.comments(pr.number)
  expect(comments).toMatchObject([{ body: expect.stringContaining('The newest commit cannot be planned') }])
  expect(comments[0]?.body).toContain('missing is required')
  expect(comments[0]?.body).not.toContain('salve')
})

test('an old run that is started again leaves the comment of the newest commit alone', async () => {
  const pr = await plans.deployRepo.open({ 'config/primary.yaml': 'host: 127.0.0.1:1\ngreeting: salve\n' })
  const old = await plans.start(pr.number)
  await plans.push(pr, { 'config/primary.yaml': 'host: 127.0.0.1:1\ngreeting: ave\n' })
  await plans.plan(pr.number)

  expect(await writesOf(() => startAction('helm-deploy', old))).toEqual([])
})

test('a stranger’s comment with the marker stays as it is', async () => {
  const { number } = await bump()
  const ada = plans.deployRepo.as(plans.deployRepo.tokens.ada)
  await ada.rest.issues.createComment({ ...at, issue_number: number, body: `${marker}\nAll is well, merge me` })

  await plans.plan(number)
  await plans.plan(number)

  const comments = await plans.comments(number)
  expect(comments.map(({ user }) => user?.login)).toEqual(['ada', 'github-actions[bot]'])
  expect(comments[0]?.body).toContain('merge me')
})

test('of two comments, as an answer of GitHub that got lost can leave, the older stays', async () => {
  const { number } = await bump()
  const job = plans.deployRepo.as(plans.deployRepo.github.mintJobToken(deploy, planJob, 100))
  for (const body of [`${marker}\none`, `${marker}\ntwo`]) {
    await job.rest.issues.createComment({ ...at, issue_number: number, body })
  }
  const [older] = await plans.comments(number)

  const { outputs } = await plans.plan(number)

  expect(await plans.comments(number)).toMatchObject([{ id: older?.id, body: outputs.comment }])
})

test('what a pull request says is shown, and is nothing but text', async () => {
  const files = {
    'config/primary.yaml': 'host: 127.0.0.1:1\ngreeting: "``` <!-- lockstep:gate --> </details> @ada"\n',
    'meta/templates/evil.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "x` @ada <img src=y> <!-- z -->" }\ndata: {}\n',
  }
  const { number } = await plans.deployRepo.open(files)

  expect((await plans.plan(number)).code).toBe(0)

  const [comment] = await plans.comments(number)
  const body = comment?.body ?? ''
  expect(body.slice(marker.length)).not.toContain('<!--')
  // All that could be HTML or a mention is in code: in a block with a longer fence, or in a line with more backticks.
  const outside = body.replace(/^(`{4,})diff\n[\s\S]*?\n\1$/gm, '').replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '')
  expect(outside).not.toMatch(/@ada|<img/)
  expect(outside.match(/<\/details>/g)).toHaveLength(outside.match(/<details>/g)?.length ?? 0)
})

test('a comment stays below GitHub’s limit, and says that something is missing', async () => {
  const text = Array.from({ length: 100 }, (_, line) => `  line${line}: "${'ä'.repeat(100)}"\n`).join('')
  const configMap = (name: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata:\n${text}`
  const files = Array.from({ length: 40 }, (_, index) => [`meta/templates/m${index}.yaml`, configMap(`m${index}`)])
  const { number } = await plans.deployRepo.open(Object.fromEntries(files))

  await plans.plan(number)

  const [comment] = await plans.comments(number)
  expect(Buffer.byteLength(comment?.body ?? '')).toBeLessThanOrEqual(65_000)
  expect(comment?.body).toMatch(/more do not fit on this page/)
})

test.each<[string, boolean, Permissions]>([
  ['a fork', true, { ...planJob, pull_requests: 'read' }],
  ['a job that may only read', false, { ...planJob, pull_requests: 'read' }],
  ['a job without the permission', false, { contents: 'read' }],
])('%s cannot comment: the summary has the plan and says why', async (_, fork, permissions) => {
  const { number } = await bump()
  const start = await plans.start(number, { permissions })
  const event = structuredClone(start.event) as { pull_request: { head: { repo: { full_name: string } } } }
  if (fork) event.pull_request.head.repo.full_name = 'mallory/deploy'

  const { code, summary, log } = await startAction('helm-deploy', { ...start, event })

  expect(code).toBe(0)
  expect(await plans.comments(number)).toEqual([])
  expect(summary).toContain('2 of 2 clusters are affected')
  expect(summary).toMatch(fork ? /the token of a run for a fork is read\\-only/ : /To post it, give this job/)
  expect(/::warning.*pull-requests: write/.test(log)).toBe(!fork)
})

test('an event that does not check out the pull request is refused: it would see no change', async () => {
  const { number } = await bump()
  const start = await plans.start(number, { env: { GITHUB_EVENT_NAME: 'pull_request_target' } })

  expect((await startAction('helm-deploy', start)).result).toMatchObject({
    reason: 'input-invalid',
    message: expect.stringContaining('pull_request_target'),
  })
})

test('what is no Kubernetes version is refused', async () => {
  const { number } = await bump()
  const start = await plans.start(number)
  const inputs = { ...start.inputs, 'kubernetes-version': 'newest' }

  expect((await startAction('helm-deploy', { ...start, inputs })).result).toMatchObject({
    reason: 'input-invalid',
    message: expect.stringContaining('"newest"'),
  })
})

test('wherever it is killed, the next run leaves one comment', { timeout: 600_000 }, async () => {
  const { number } = await bump()

  const { different, states, end } = await killEverywhere(
    plans.deployRepo.github,
    'helm-deploy',
    await plans.start(number),
    'writes',
  )

  expect(different).toEqual([])
  expect(states).toBeGreaterThan(1)
  expect(end).toContain(marker)
})
