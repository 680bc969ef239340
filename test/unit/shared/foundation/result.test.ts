import { expect, test } from 'vitest'
import { allReasons, resultSchema } from '../../../../shared/foundation/result.js'
import { released } from '../../../fixtures/released.js'

const result = {
  schema: 1,
  action: 'helm-deploy',
  decision: 'deployed',
  reason: 'ok',
  message: 'Deployed.',
  cluster: 'staging',
  releases: [released({ revision: 3 })],
  commit: 'a'.repeat(40),
  run: '17/1',
  evidence: [{ kind: 'helm', ok: true, text: 'revision 3' }],
}

test('a result is understood by the next action', () => {
  expect(resultSchema.parse(result)).toEqual(result)
})

test.each([
  ['a reason that is not on the list', { reason: 'because' }],
  ['a decision that nobody knows', { decision: 'probably' }],
  ['another schema', { schema: 2 }],
  ['a key that is none of its', { token: 'x' }],
  ['no commit', { commit: undefined }],
  ['one release without a list', { revision: 3 }],
])('%s is refused', (_, change) => {
  expect(resultSchema.safeParse({ ...result, ...change }).success).toBe(false)
})

test('every reason is explained in a sentence', () => {
  for (const [reason, sentence] of Object.entries(allReasons)) expect(sentence, reason).toMatch(/^[A-Z].*\.$/)
})
