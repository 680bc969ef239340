import { expect, test } from 'vitest'
import {
  decideStagingTrial,
  type StagingTrialFacts,
} from '../../../../../actions/helm-deploy/staging-trial/decide-staging-trial.js'

const [tip, head, merge] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string]
const digest = 'd'.repeat(64)

const decide = (change: Partial<StagingTrialFacts> = {}) =>
  decideStagingTrial({
    ...{ actor: 'olga', standing: 'operator', operators: 'olga', asked: { head, digest } },
    ...{ main: { name: 'main', tip }, started: tip, digest, clusters: ['staging'] },
    pull: { number: 7, open: true, head, into: 'main' },
    merge: { sha: merge },
    ...change,
  })

const pull = { number: 7, open: true, head, into: 'main' }

test('an operator rehearses exactly what was looked at, with main as it is', () => {
  expect(decide()).toEqual({ kind: 'go', merge, digest })
})

test('by hand, whatever it changes now', () => {
  expect(decide({ asked: { head, digest: '' } })).toEqual({ kind: 'go', merge, digest })
})

test.each<[string, Partial<StagingTrialFacts>, string]>([
  ['somebody else', { standing: 'other' }, 'not-operator'],
  ['who cannot be told', { standing: 'unknown' }, 'not-operator'],
  ['no staging cluster', { clusters: [] }, 'target-missing'],
  ['closed', { pull: { ...pull, open: false } }, 'input-invalid'],
  ['into another branch', { pull: { ...pull, into: 'next' } }, 'input-invalid'],
  ['pushed to since', { pull: { ...pull, head: 'e'.repeat(40) } }, 'stale-plan'],
  ['another change', { digest: 'e'.repeat(64) }, 'stale-plan'],
  ['a change that nobody can list', { digest: undefined }, 'input-invalid'],
  ['main has moved', { main: { name: 'main', tip: 'e'.repeat(40) } }, 'stale-plan'],
  ['conflicts', { merge: { conflicts: ['config/common.yaml'] } }, 'input-invalid'],
  ['never merged', { merge: undefined }, 'stale-plan'],
])('refused: %s', (_, change, reason) => {
  expect(decide(change)).toMatchObject({ kind: 'refuse', reason })
})
