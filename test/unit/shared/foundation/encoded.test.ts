import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runnerMasks } from '../../../../rehearsal/runner/masks.js'
import { secretRedactor } from '../../../../shared/exec/redact.js'
import { decodeOutput, encodeOutput } from '../../../../shared/foundation/encoded.js'
import { parseResult } from '../../../../shared/foundation/result.js'
import { encodedResult } from '../../../../shared/runtime/action.js'
import { kubeconfigs } from '../../../fixtures/kubeconfigs.js'

const result = {
  schema: 1,
  action: 'helm-deploy',
  decision: 'deployed',
  reason: 'ok',
  message: 'kind: Config, namespace: staging, "clusters": [ é 🚀',
  cluster: 'staging',
  commit: 'a'.repeat(40),
  run: '17/1',
  evidence: [],
} as const

test('whatever was encoded comes back, and what was not is left as it is', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => decodeOutput(encodeOutput(text)) === text))
  for (const text of ['', '{}', 'staging', 'bcd', '{"a":"bc"}', 'bc d']) expect(decodeOutput(text)).toBe(text)
})

test('both forms of a result are read', () => {
  const text = JSON.stringify(result)
  expect(parseResult(text)).toEqual(result)
  expect(parseResult(encodeOutput(text))).toEqual(result)
  expect(parseResult(` ${encodeOutput(text)}\n`)).toEqual(result)
  expect(parseResult(encodeOutput('nothing'))).toBeUndefined()
})

test('however much a result says, four of them fit into a variable, and what is not well is among what is kept', () => {
  const line = (ok: boolean, text: string) => ({ kind: 'smoke', ok, text })
  const many = Array.from({ length: 1_000 }, (_, index) => line(true, `${index} is well`))
  const text = encodedResult({
    ...result,
    message: 'm'.repeat(100_000),
    evidence: [...many, line(false, 'it is down')],
  })
  expect(text.length * 4).toBeLessThan(128 * 1024)
  expect(parseResult(text)?.evidence).toContainEqual(line(false, 'it is down'))
  expect(parseResult(encodedResult({ ...result, evidence: [line(true, 'one')] }))).toEqual({
    ...result,
    evidence: [line(true, 'one')],
  })
})

test.each(Object.entries(kubeconfigs))('beside a kubeconfig as %s it arrives', (_, kubeconfig) => {
  const masks = runnerMasks()
  masks.addSecret(kubeconfig)
  masks.addSecret('MAIL_PASSWORD: admin\nFLAG: true\n1')
  expect(masks.isMasked(JSON.stringify(result))).toBe(true)
  expect(masks.isMasked(encodeOutput(JSON.stringify(result)))).toBe(false)
})

test('no form of a secret that the runner would mask goes on in it', () => {
  const forms = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => Buffer.from(text).toString('base64'),
    (text) => Buffer.from(`u:${text}`).toString('base64'),
    (text) => JSON.stringify(text),
    (text) => text.replaceAll('"', '\\"'),
    (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  )
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), forms, (secret, form) => {
      fc.pre(secret.trim() === secret && !/^\*+$/.test(secret))
      const masks = runnerMasks()
      masks.addMask(secret)
      const text = encodedResult({ ...result, evidence: [], message: secretRedactor([secret])(`got ${form(secret)}`) })
      expect(masks.isMasked(parseResult(text)?.message ?? 'lost')).toBe(false)
    }),
  )
})
