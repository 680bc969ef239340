import { expect, test } from 'vitest'
import { type MergePolicyFacts, mayMerge } from '../../../../../actions/infra-change-gate/check/merge-policy.js'

const [before, at, after] = ['2026-11-23T10:00:00Z', '2026-11-23T10:05:00Z', '2026-11-23T10:06:00Z']

const facts = (more: Partial<MergePolicyFacts> = {}): MergePolicyFacts => ({
  how: 'command',
  verdict: { conclusion: 'success', reason: 'pure-bump', title: 'Pure bump of hub' },
  draft: false,
  go: { login: 'ada', at, edited: false },
  duty: ['ada'],
  operators: ['carol'],
  judgedSince: before,
  shut: undefined,
  ...more,
})
const said = (more: Partial<NonNullable<MergePolicyFacts['go']>>): MergePolicyFacts['go'] => ({
  login: 'ada',
  at,
  edited: false,
  ...more,
})
const red = { conclusion: 'failure', reason: 'version-blocked', title: 'Blocked version: hub 2' } as const
const revert = { conclusion: 'success', reason: 'pure-revert', title: 'Pure revert' } as const

test.each([
  ['whoever is on duty says /merge', facts()],
  ['they write their name in another way', facts({ go: said({ login: 'Ada' }) })],
  ['an operator says it', facts({ go: said({ login: 'carol' }) })],
  ['it was judged in the very second', facts({ judgedSince: at })],
  ['the policy says always', facts({ how: 'auto', go: undefined, judgedSince: undefined })],
])('%s: it is merged', (_, given) => {
  expect(mayMerge(given)).toEqual({ merge: true })
})

test.each([
  ['a person merges', facts({ how: 'person' }), /use the merge button/],
  ['the check is red', facts({ verdict: red }), /Blocked version: hub 2/],
  ['it is no bump', facts({ verdict: revert }), /Pure revert/],
  ['it is a draft', facts({ draft: true }), /draft/],
  ['the comment was edited', facts({ go: said({ edited: true }) }), /new comment/],
  ['the head was judged only after the word', facts({ judgedSince: after }), /a new commit/],
  ['the window is shut', facts({ shut: 'the App merges only on mon' }), /only on mon/],
  ['the head is judged only now', facts({ judgedSince: undefined }), /a new commit/],
])('%s: whoever said /merge is told', (_, given, text) => {
  expect(mayMerge(given)).toEqual({ merge: false, tell: expect.stringMatching(text) })
})

test.each([
  ['a stranger says it', facts({ go: said({ login: 'mallory' }) })],
  ['a stranger says it, and the policy says always', facts({ how: 'auto', go: said({ login: 'mallory' }) })],
  ['nobody says it', facts({ go: undefined })],
  ['the policy says always, and the window is shut', facts({ how: 'auto', go: undefined, shut: 'not now' })],
  ['the policy says always, and it is red', facts({ how: 'auto', go: undefined, verdict: red })],
  ['the policy says always, and it is a draft', facts({ how: 'auto', go: undefined, draft: true })],
])('%s: nothing happens, and nothing is said', (_, given) => {
  expect(mayMerge(given)).toEqual({ merge: false, tell: undefined })
})
