import { expect, test } from 'vitest'
import { secretParts, secretRedactor } from '../../../../shared/exec/redact.js'

const kubeconfig = `clusters: [{name: test, cluster: {server: "https://127.0.0.1:18001"}}]
users:
  - name: deployer
    user:
      token: "eyJhbGciOiJSUzI1NiJ9.abcdefgh"
`

test("a kubeconfig's token is hidden wherever a program repeats it, its address is not", () => {
  const hide = secretRedactor(secretParts(kubeconfig))
  expect(hide('Bearer eyJhbGciOiJSUzI1NiJ9.abcdefgh refused by https://127.0.0.1:18001')).toBe(
    'Bearer *** refused by https://127.0.0.1:18001',
  )
})

test('an access token is hidden whole', () => {
  expect(secretRedactor(secretParts('ghs_0123456789'))('url https://x:ghs_0123456789@host')).toBe(
    'url https://x:***@host',
  )
})

test('ordinary words of a secret do not garble the log', () => {
  expect(secretRedactor(secretParts(kubeconfig))('clusters: the user deployer has a token')).toBe(
    'clusters: the user deployer has a token',
  )
  expect(secretParts('')).toEqual([])
})

test('of two secrets where one begins like the other, nothing of the longer one is left', () => {
  expect(secretRedactor(['aaaaaaa', 'aaaaaaabbb'])('aaaaaaabbb')).toBe('***')
})

const secret = `p@ss"w<o'rd/1+2 \tx&`
test.each<[string, string]>([
  ['base64', Buffer.from(secret).toString('base64')],
  ['base64 behind one byte', Buffer.from(`u:${secret}`).toString('base64').slice(4)],
  ['base64 behind two bytes', Buffer.from(`:${secret}`).toString('base64').slice(4)],
  ['JSON', 'p@ss\\"w<o\'rd/1+2 \\tx&'],
  ['an expression', `p@ss"w<o''rd/1+2 \tx&`],
  ['a URI', 'p%40ss%22w%3Co%27rd%2F1%2B2%20%09x%26'],
  ['XML', 'p@ss&quot;w&lt;o&apos;rd/1+2 \tx&amp;'],
])('a secret is hidden as the runner hides it: in %s', (_, form) => {
  expect(secretRedactor([secret])(`got ${form}.`)).toBe('got ***.')
})

test('no part at all hides nothing', () => {
  expect(secretRedactor([''])('a text')).toBe('a text')
})
