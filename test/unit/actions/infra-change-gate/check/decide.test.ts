import { expect, test } from 'vitest'
import { decideGate } from '../../../../../actions/infra-change-gate/check/decide.js'
import type { Proof } from '../../../../../shared/bump/proof.js'
import type { SemverLevel } from '../../../../../shared/risk/types.js'

const pure: Proof = {
  pure: true,
  component: 'hub',
  from: '1',
  to: '2',
  artifactCommit: 'c'.repeat(40),
  merge: { commit: 'c'.repeat(40), head: 'b'.repeat(40), at: '2026-01-01T00:00:00Z' },
  sha256: 'a'.repeat(64),
  inputDigest: 'd'.repeat(64),
}
const notPure: Proof = { pure: false, reason: 'transitive-change', why: 'chart jupyterhub: 1 -> 2.', fix: 'Review it.' }
const problem = { reason: 'registry-unreachable', message: 'No answer.', fix: 'Wait.' } as const

const missing = { state: 'missing', what: 'a word', who: 'An operator says it.', why: 'nobody did' } as const
const change = (green: boolean, tier: SemverLevel) => ({
  what: { findings: [], kinds: ['quota'], tier, infrastructure: true, group: 'config' as const, split: undefined },
  derivation: {
    green,
    process: 'infra' as const,
    tier,
    kinds: ['quota'],
    needs: green ? [{ ...missing, state: 'met' as const }] : [missing],
    split: undefined,
    breakGlass: false,
    until: undefined,
  },
  effects: undefined,
  items: [],
})

test.each([
  [
    'what no cluster reads',
    { into: 'main', proof: notPure, change: change(true, 'none') },
    'success',
    'no-cluster-effect',
  ],
  ['what has all that it needs', { into: 'main', proof: notPure, change: change(true, 'T0') }, 'success', 'reviewed'],
  [
    'what lacks something',
    { into: 'main', proof: notPure, change: change(false, 'T0') },
    'failure',
    'transitive-change',
  ],
  [
    'what has all, with a problem',
    { into: 'main', proof: notPure, change: change(true, 'T0'), problem },
    'failure',
    'registry-unreachable',
  ],
  [
    'what has all, into another branch',
    { into: 'release', proof: notPure, change: change(true, 'T0') },
    'failure',
    'not-a-pure-bump',
  ],
  ['a pure bump into the default branch', { into: 'main', proof: pure }, 'success', 'pure-bump'],
  ['a bump that is not pure', { into: 'main', proof: notPure }, 'failure', 'transitive-change'],
  [
    'a pure bump that an operator holds',
    { into: 'main', proof: pure, waits: { by: 'ada', reason: 'a talk.' } },
    'failure',
    'version-blocked',
  ],
  ['a pure bump into another branch', { into: 'release', proof: pure }, 'failure', 'not-a-pure-bump'],
  ['what could not be found out', { into: 'main', problem }, 'failure', 'registry-unreachable'],
  [
    'what could not be found out, even with a proof',
    { into: 'main', proof: pure, problem },
    'failure',
    'registry-unreachable',
  ],
  ['what was not looked at', { into: 'main' }, 'failure', 'internal-error'],
] as const)('%s', (_, facts, conclusion, reason) => {
  const verdict = decideGate({ defaultBranch: 'main', ...facts })

  expect(verdict).toMatchObject({ conclusion, reason })
  // Every verdict says why, and what to do next.
  expect(verdict.why).toMatch(/\S\.$/)
  expect(verdict.next).toMatch(/\S\.$/)
})
