import { expect, test } from 'vitest'
import {
  evaluateCondition,
  evaluateExpression,
  interpolateText,
  renameContexts,
  renameInExpression,
  resolveValue,
} from '../../../../rehearsal/runner/expression.js'

const fine = { success: true, failure: false, cancelled: false }
const failed = { success: false, failure: true, cancelled: false }
const contexts = {
  needs: { plan: { result: 'success', outputs: { rest: '[]', staging: '["a","b"]' } } },
  inputs: { n: 3 },
}

test('a value that is one expression keeps its type, one with text around it becomes text', () => {
  expect(resolveValue('${{ fromJSON(needs.plan.outputs.staging) }}', contexts)).toEqual(['a', 'b'])
  expect(resolveValue({ a: ['${{ inputs.n }}', 'n is ${{ inputs.n }}'] }, contexts)).toEqual({ a: [3, 'n is 3'] })
})

test('text keeps what only looks like an expression, and a }} inside quotes', () => {
  expect(interpolateText("$x {{ y }} ${{ format('{0} }}', inputs.n) }}", contexts)).toBe('$x {{ y }} 3 }')
})

test('a name that is known but absent is null, an unknown one an error', () => {
  expect(evaluateExpression('github.event.pull_request.number', contexts)).toBeNull()
  expect(() => evaluateExpression('gitub.actor', contexts)).toThrow('gitub')
})

test.each([
  [undefined, fine, true],
  [undefined, failed, false],
  ["needs.plan.result == 'success'", failed, false],
  ["${{ always() && needs.plan.result == 'success' }}", failed, true],
  ['!cancelled()', failed, true],
  ['failure()', failed, true],
  ['failure()', fine, false],
  ["needs.plan.outputs.rest != '[]'", fine, false],
  ["'always()'", failed, false],
] as const)('if: %s', (text, status, expected) => {
  expect(evaluateCondition(text, contexts, status)).toBe(expected)
})

const names = { needs: 'X.needs', 'github.triggering_actor': 'X.actor' }

test('contexts are renamed where they are contexts, and nowhere else', () => {
  expect(renameContexts("needs: ${{ needs.a.outputs.needs }} ${{ 'needs' }}", names)).toBe(
    "needs: ${{ X.needs.a.outputs.needs }} ${{ 'needs' }}",
  )
  expect(renameContexts('${{ github.triggering_actor == github.actor }}', names)).toBe('${{ X.actor == github.actor }}')
  expect(renameContexts('${{ toJSON(needs) }}', names)).toBe('${{ toJSON(X.needs) }}')
  expect(renameContexts("${{ github.event.needs }} ${{ needs['a'] }}", names)).toBe(
    "${{ github.event.needs }} ${{ X.needs['a'] }}",
  )
})

test('an expression over several lines is renamed in every line', () => {
  expect(renameInExpression("always() &&\n  needs.a.result == 'success' &&\n  github.triggering_actor", names)).toBe(
    "always() &&\n  X.needs.a.result == 'success' &&\n  X.actor",
  )
})
