import { expect, test } from 'vitest'
import { readPlan } from '../../../../../actions/helm-deploy/plan/plan-file.js'
import { classifyFailure } from '../../../../../actions/helm-deploy/release/classify-failure.js'
import { type DeployFacts, decideDeploy, isUnchanged } from '../../../../../actions/helm-deploy/release/decide.js'
import { readRun } from '../../../../../shared/foundation/run-facts.js'

const here = { ca: 'one', namespaceUid: 'uid' }

const facts = (change: Partial<DeployFacts> = {}): DeployFacts => ({
  cluster: 'primary',
  release: 'meta',
  head: 'c'.repeat(40),
  recorded: here,
  found: here,
  verified: { commit: 'a'.repeat(40), inputDigest: 'x' },
  relation: 'ahead',
  ...change,
})

test.each(['ahead', 'identical'] as const)(
  'a commit that is %s may go to the cluster that was recorded',
  (relation) => {
    expect(decideDeploy(facts({ relation }))).toEqual({ kind: 'go' })
  },
)

test.each<[string, Partial<DeployFacts>, string]>([
  ['another CA', { found: { ...here, ca: 'two' } }, 'cluster-identity-mismatch'],
  ['another namespace', { found: { ...here, namespaceUid: 'other' } }, 'cluster-identity-mismatch'],
  ['never recorded', { recorded: undefined }, 'not-adopted'],
  ['nothing verified on it', { verified: undefined, relation: undefined }, 'not-adopted'],
  ['an older commit', { relation: 'behind' }, 'outdated-commit'],
  ['another branch', { relation: 'diverged' }, 'not-a-descendant'],
  ['an unknown relation', { relation: undefined }, 'not-a-descendant'],
])('refuses: %s', (_, change, reason) => {
  expect(decideDeploy(facts(change))).toMatchObject({ kind: 'refuse', reason })
})

const verified = { revision: 4, inputDigest: 'x' }
const brought = (description: string) => ({ revision: 5, status: 'deployed', description })

test.each([
  ['the verified revision with the verified inputs', { revision: 4, status: 'deployed' }, 'x', true],
  ['other inputs', { revision: 4, status: 'deployed' }, 'y', false],
  ['a newer revision, whose smoke test failed', { revision: 5, status: 'deployed' }, 'x', false],
  ['a failed revision', { revision: 4, status: 'failed' }, 'x', false],
  ['no release', undefined, 'x', false],
  ['what this run brought', brought(`lockstep ${'c'.repeat(40)} run 5/1`), 'y', true],
  ['what another run brought', brought(`lockstep ${'c'.repeat(40)} run 55/1`), 'y', false],
  ['another commit', brought(`lockstep ${'d'.repeat(40)} run 5/1`), 'y', false],
  ['what this run went back to', brought('Rollback to 4'), 'x', false],
  ['what this run could not bring', { ...brought(`lockstep ${'c'.repeat(40)} run 5/1`), status: 'failed' }, 'y', false],
] as const)('unchanged: %s', (_, latest, digest, expected) => {
  const described = latest && { description: '', ...latest }
  expect(isUnchanged({ latest: described, verified, digest, run: { id: 5, sha: 'c'.repeat(40) } })).toBe(expected)
})

// What Helm 3.17 and 4.1 said on a real cluster.
test.each([
  ['Error: context deadline exceeded', 1, 2, 'unhealthy'],
  [
    'Error: resource Deployment/default/web not ready. status: InProgress, message: Available: 0/2\ncontext deadline exceeded',
    1,
    2,
    'unhealthy',
  ],
  [
    'Error: UPGRADE FAILED: post-upgrade hooks failed: 1 error occurred:\n\t* job migrate failed: BackoffLimitExceeded',
    1,
    2,
    'unhealthy',
  ],
  ['Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress', 1, 1, 'operation-in-progress'],
  [
    'Error: Kubernetes cluster unreachable: Get "https://10.0.0.1/version": dial tcp 10.0.0.1:443: connect: connection refused',
    1,
    undefined,
    'cluster-unreachable',
  ],
  [
    'Error: UPGRADE FAILED: cannot patch "web" with kind Deployment: Deployment.apps "web" is invalid: spec.selector: field is immutable',
    1,
    2,
    'rejected-by-cluster',
  ],
  [
    "Error: values don't meet the specifications of the schema(s) in the following chart(s)",
    1,
    1,
    'rejected-by-cluster',
  ],
  ['Error: create: failed to create: namespaces "x" not found', undefined, undefined, 'rejected-by-cluster'],
] as const)('a failure is classified: %s', (stderr, before, after, reason) => {
  expect(classifyFailure({ stderr, before, after })).toBe(reason)
})

test.each(['cluster-unreachable', 'missing-permission'] as const)(
  'Helm waits on a cluster that is gone as on pods that are not ready: where the release cannot be read (%s), nobody guesses',
  (unreadable) => {
    const stderr = 'Error: context deadline exceeded'
    expect(classifyFailure({ stderr, before: 1, after: undefined, unreadable })).toBe(unreadable)
  },
)

const run = readRun({ GITHUB_RUN_ID: '5', GITHUB_RUN_ATTEMPT: '2', GITHUB_SHA: 'c'.repeat(40) })
const plan = { schema: 1, run: '5/2', commit: 'c'.repeat(40), clusters: [{ name: 'primary', from: 'a'.repeat(40) }] }

test('a plan of this very attempt is taken', () => {
  expect(readPlan(JSON.stringify(plan), run, 'primary')).toEqual(plan)
})

test.each([
  ['an earlier attempt', { ...plan, run: '5/1' }, 'primary', 'stale-plan'],
  ['another commit', { ...plan, commit: 'd'.repeat(40) }, 'primary', 'stale-plan'],
  ['another cluster', plan, 'canary', 'stale-plan'],
  ['no plan at all', {}, 'primary', 'input-invalid'],
])('a plan is refused: %s', (_, text, cluster, reason) => {
  expect(() => readPlan(JSON.stringify(text), run, cluster)).toThrow(expect.objectContaining({ reason }))
})
