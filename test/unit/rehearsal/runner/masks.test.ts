import { expect, test } from 'vitest'
import { runnerMasks, withoutMasked } from '../../../../rehearsal/runner/masks.js'

const masks = (secrets: string[], added: string[] = []) => {
  const all = runnerMasks()
  for (const secret of secrets) all.addSecret(secret)
  for (const mask of added) all.addMask(mask)
  return all
}

const kubeconfig = 'apiVersion: v1\nkind: Config\n  current-context: staging\n\n'
const pretty = JSON.stringify({ kind: 'Config', users: [{ name: 'a' }] }, undefined, 2)

test.each<[string, string, string, boolean]>([
  ['each line', kubeconfig, 'x kind: Config y', true],
  ['a line without its indentation', kubeconfig, 'current-context: staging', true],
  ['no part of a line', kubeconfig, 'the context is staging', false],
  ['the whole', 'a-secret', '-a-secret-', true],
  ['however short', '1', '2010', true],
  ['a brace of pretty JSON', pretty, '{"schema":1}', true],
  ['nothing of an empty line', 'a\n\n\nb', 'xyz', false],
  ['lines that end with CR', 'one\rtwo', 'only two', true],
  ['base64', 'secret', Buffer.from('secret').toString('base64'), true],
  ['base64 behind one byte', 'secret', Buffer.from('x:secret').toString('base64'), true],
  ['base64 behind two bytes', 'secret', Buffer.from('x:esecret').toString('base64'), true],
  ['not half of base64', 'secret', 'c2Vj', false],
  ['escaped for JSON', 'a"b\tc', String.raw`a\"b\tc`, true],
  ['escaped for an expression', "it's", "it''s", true],
  ['escaped for a URI', 'a b!/c', 'a%20b%21%2Fc', true],
  ['escaped for XML', `<a b="c" d='e'>&`, '&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;', true],
  ['without its quotes', '"quoted-value"', 'quoted-value', true],
  ['short ones only with them', '"quoted"', 'quoted', false],
  ['the first half at &', 'secret1&secret2', 'secret1&', true],
  ['the second half at &', 'secret1&secret2', 'ssecret2', true],
  ['short halves only whole', 'ab&cd', 'ab&', false],
])('of a secret is masked: %s', (_, secret, text, expected) => {
  expect(masks([secret]).isMasked(text)).toBe(expected)
})

test('what is added later counts like a secret, with its lines', () => {
  const later = masks([], ['one\n  two', ' \n'])
  expect(['has one', 'has two', 'has neither'].map(later.isMasked)).toEqual([true, true, false])
})

test('an output that holds anything masked, or nothing, does not arrive; the job says which', () => {
  const outputs = { result: '{"a":1}', cluster: 'staging', empty: '' }
  expect(withoutMasked(outputs, masks([pretty]))).toEqual({
    outputs: { cluster: 'staging' },
    warnings: ["Skip output 'result' since it may contain secret."],
  })
  expect(withoutMasked(outputs, masks(['hush'])).outputs).toEqual({ result: '{"a":1}', cluster: 'staging' })
})
