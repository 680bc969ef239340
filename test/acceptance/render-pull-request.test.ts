import { copyFile, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseRendered } from '../../shared/risk/rendered.js'
import { deploy } from '../fixtures/deploy-repo.js'
import { type PlanPreview, startPlanPreview } from '../fixtures/plan-preview.js'
import { startAction } from '../fixtures/start-action.js'

let plans: PlanPreview
let bin: string

beforeAll(async () => {
  plans = await startPlanPreview()
  bin = await mkdtemp(join(plans.deployRepo.dir, 'bin-'))
  await copyFile(new URL('../fixtures/helm-stub.mjs', import.meta.url), join(bin, 'helm'))
})
afterAll(() => plans[Symbol.asyncDispose]())

/** The job `render` of gate.yml: main is checked out, its token only reads, and a commit is looked at. */
async function render(commit: string) {
  const { deployRepo } = plans
  const main = await deployRepo.head()
  const env = { GITHUB_EVENT_NAME: 'pull_request_target', PATH: `${bin}:${process.env.PATH}` }
  const started = await startAction('helm-deploy', {
    inputs: { mode: 'plan', commit, token: deployRepo.github.mintJobToken(deploy, { contents: 'read' }, 100) },
    env: deployRepo.env(main, await deployRepo.checkout(main), env),
  })
  return { ...started, main, rendered: parseRendered(started.outputs.rendered ?? '') }
}

test('a pull request is rendered as data beside main, and compared with where it left it', async () => {
  const { head } = await plans.deployRepo.open({ 'config/primary.yaml': 'host: 127.0.0.1:1\ngreeting: salve\n' })

  const { code, outputs, rendered, main } = await render(head)

  expect([code, outputs.affected]).toEqual([0, '["primary"]'])
  expect(rendered).toMatchObject({ head, base: main })
  expect(rendered?.clusters.map(({ cluster, affected, counts }) => [cluster, affected, counts.changed])).toEqual([
    ['staging', false, 0],
    ['primary', true, 1],
  ])
})

test('what is dangerous in what comes out is told', async () => {
  const claim = (size: string) => `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: hub-db }
spec: { resources: { requests: { storage: ${size} } } }
`
  await plans.deployRepo.push({ 'meta/templates/claim.yaml': claim('10Gi') })
  const { head } = await plans.deployRepo.open({ 'meta/templates/claim.yaml': claim('5Gi') })

  const { rendered } = await render(head)

  const kinds = rendered?.clusters.map(({ dangers }) => dangers.map(({ kind }) => kind))
  expect(kinds).toEqual([
    ['storage-shrunk', 'volume-changed'],
    ['storage-shrunk', 'volume-changed'],
  ])
})

test("the pull request's own policy does not say what is rendered; a cluster that it takes out has no files any more", async () => {
  const policy = `version: 1
operators: [mal]
apps: { gate: { id: 1, bot: 90000001 }, bump: { id: 2, bot: 90000002 } }
releases: { meta: { chart: nothing, name: meta, namespace: "{cluster}", values: [] } }
clusters: { primary: { wave: primary } }
`
  const { head } = await plans.deployRepo.open({
    '.github/deploy-policy.yml': policy,
    'config/common.yaml': 'greeting: x\n',
  })

  const { rendered } = await render(head)

  expect(rendered?.clusters.map(({ cluster, affected }) => [cluster, affected])).toEqual([['primary', true]])
})

test('what cannot be rendered says why, and hands nothing on', async () => {
  const { head } = await plans.deployRepo.open({ 'meta/templates/more.yaml': 'a: {{ .Values.missing }}\n' })

  const { code, outputs, result } = await render(head)

  expect([code, result.reason, outputs.rendered ?? '']).toEqual([1, 'target-missing', ''])
})

test('something that is no commit is refused', async () => {
  const { code, result } = await render('main')
  expect([code, result.reason]).toEqual([1, 'input-invalid'])
})
