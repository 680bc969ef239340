import { expect, test } from 'vitest'
import { decide } from '../../../../actions/infra-change-gate/decide.js'
import type { Proof } from '../../../../shared/bump/proof.js'

const pure: Proof = {
  pure: true,
  component: 'hub',
  from: '1',
  to: '2',
  artifactCommit: 'c'.repeat(40),
  sha256: 'a'.repeat(64),
  inputDigest: 'd'.repeat(64),
}
const notPure: Proof = { pure: false, reason: 'carried-change', why: 'chart jupyterhub: 1 -> 2.', fix: 'Review it.' }
const problem = { reason: 'registry-unreachable', message: 'No answer.', fix: 'Wait.' } as const

test.each([
  ['a pure bump into the default branch', { into: 'main', proof: pure }, 'success', 'pure-bump'],
  ['a bump that is not pure', { into: 'main', proof: notPure }, 'failure', 'carried-change'],
  ['a pure bump into another branch', { into: 'release', proof: pure }, 'failure', 'not-a-pure-bump'],
  ['what could not be found out', { into: 'main', problem }, 'failure', 'registry-unreachable'],
  [
    'what could not be found out, even with a proof',
    { into: 'main', proof: pure, problem },
    'failure',
    'registry-unreachable',
  ],
  ['what was not looked at', { into: 'main' }, 'failure', 'bug'],
] as const)('%s', (_, facts, conclusion, reason) => {
  const verdict = decide({ defaultBranch: 'main', ...facts })

  expect(verdict).toMatchObject({ conclusion, reason })
  // Every verdict says why, and what to do next.
  expect(verdict.why).toMatch(/\S\.$/)
  expect(verdict.next).toMatch(/\S\.$/)
})
