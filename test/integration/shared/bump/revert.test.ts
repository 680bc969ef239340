import { afterAll, beforeAll, expect, test } from 'vitest'
import { provePureRevert } from '../../../../shared/bump/revert.js'
import { gitObjects } from '../../../../shared/github/git-objects.js'
import { parsePolicy } from '../../../../shared/policy/policy.js'
import { at, type DeployRepo, deploy, deployFiles, startDeployRepo } from '../../../fixtures/deploy-repo.js'
import { commitOn } from '../../../fixtures/repository-pair.js'

let deployRepo: DeployRepo
/** The verified commit and the merged bump on top of it. */
let verified: string
let base: string
/** The files that the bumps changed, as they were verified. */
let back: Record<string, string>
let sequence = 0

/** A second component, whose version lies among other values. */
const builder = `  builder:
    upstream: hub-org/builder
    image: meta/values.yaml#builder
    version: ["{any}-g{commit}"]
smoke-tests:`
const text = deployFiles(4711, 'http://127.0.0.1:1', 'x')['.github/deploy-policy.yml'].replace('smoke-tests:', builder)
const policy = parsePolicy(text)
const valuesWith = (tag: string, admins = ''): string => `builder: registry.test/builder:${tag}\nadmins: [${admins}]\n`

beforeAll(async () => {
  deployRepo = await startDeployRepo(undefined, { files: { 'meta/values.yaml': valuesWith('1-gaaaaaaa') } })
  verified = await deployRepo.verified()
  back = await deployRepo.bump(deployRepo.versions[0] ?? '')
  const pr = await deployRepo.open(await deployRepo.bump(deployRepo.versions[1] ?? ''))
  await deployRepo.merge(pr)
  // Merged after what failed, and never deployed.
  base = await deployRepo.push({ 'meta/values.yaml': valuesWith('2-gbbbbbbb') })
  back['meta/values.yaml'] = valuesWith('1-gaaaaaaa')
}, 60_000)
afterAll(() => deployRepo[Symbol.asyncDispose]())

async function prove(files: Record<string, string | null>, more: { mode?: '100755'; verified?: string[] } = {}) {
  const github = deployRepo.as(deployRepo.tokens.ada) as never
  const head =
    Object.keys(files).length === 0
      ? base
      : await commitOn(github, at, `try-${++sequence}`, files, 'By hand', more.mode)
  const objects = gitObjects(github, deploy)
  return provePureRevert({ policy, base, head, verified: async () => more.verified ?? [verified], objects })
}

test('the files of the verified commit, made by anybody, are a pure revert', async () => {
  expect(await prove(back)).toMatchObject({
    pure: true,
    verified,
    inputDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
})

test('no mix of two verified commits is one', async () => {
  const { 'meta/values.yaml': _, ...half } = back
  expect(await prove(half, { verified: [base, verified] })).toMatchObject({ pure: false })
})

test('any of the commits that are verified will do', async () => {
  expect(await prove(back, { verified: [base, verified] })).toMatchObject({ pure: true, verified })
})

test.each<[string, () => Record<string, string | null>, RegExp]>([
  ['changes nothing', () => ({}), /changes nothing/],
  ['changes a file that no release is made of', () => ({ ...back, 'README.md': 'hi\n' }), /README\.md/],
  ['changes the policy', () => ({ ...back, '.github/deploy-policy.yml': 'version: 1\n' }), /deploy-policy/],
  ['changes a workflow', () => ({ ...back, '.github/workflows/gate.yml': 'on: push\n' }), /gate\.yml/],
  ['brings CODEOWNERS into a chart', () => ({ ...back, 'meta/CODEOWNERS': '* @eve\n' }), /CODEOWNERS/],
  ['forgets the lock file', () => ({ 'meta/Chart.yaml': back['meta/Chart.yaml'] ?? '' }), /deploy-lock/],
  [
    'takes only the lock file back',
    () => ({ '.github/deploy-lock.yml': back['.github/deploy-lock.yml'] ?? '' }),
    /Chart\.yaml/,
  ],
  [
    'says something more in a file that goes back',
    () => ({ ...back, 'meta/Chart.yaml': `${back['meta/Chart.yaml']}# and more\n` }),
    /Chart\.yaml/,
  ],
  ['changes a value as well', () => ({ ...back, 'config/primary.yaml': 'host: evil.test\n' }), /config\/primary\.yaml/],
  [
    'brings a value beside the version of another component',
    () => ({ ...back, 'meta/values.yaml': valuesWith('1-gaaaaaaa', 'eve') }),
    /meta\/values\.yaml/,
  ],
  [
    'brings another component to a version that is not the verified one',
    () => ({ ...back, 'meta/values.yaml': valuesWith('3-gccccccc') }),
    /meta\/values\.yaml/,
  ],
  [
    'leaves another component at a version that was never deployed with this one',
    () => ({ ...back, 'meta/values.yaml': valuesWith('2-gbbbbbbb') }),
    /meta\/values\.yaml/,
  ],
  ['adds a file to the chart', () => ({ ...back, 'meta/templates/more.yaml': 'a: 1\n' }), /more\.yaml/],
  ['removes a values file', () => ({ ...back, 'config/common.yaml': null }), /config\/common\.yaml/],
])('a change that %s is none', async (_, files, why) => {
  expect(await prove(files())).toMatchObject({ pure: false, why: expect.stringMatching(why) })
})

test('another kind of file with the same text is none', async () => {
  expect(await prove(back, { mode: '100755' })).toMatchObject({ pure: false })
})

test('where nothing is verified on every cluster there is nothing to go back to', async () => {
  expect(await prove(back, { verified: [] })).toMatchObject({ pure: false, why: expect.stringContaining('No commit') })
})
