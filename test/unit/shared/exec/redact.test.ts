import { expect, test } from 'vitest'
import { redactor, secretParts } from '../../../../shared/exec/redact.js'

const kubeconfig = `clusters: [{name: test, cluster: {server: "https://127.0.0.1:18001"}}]
users:
  - name: deployer
    user:
      token: "eyJhbGciOiJSUzI1NiJ9.abcdefgh"
`

test("a kubeconfig's token is hidden wherever a program repeats it, its address is not", () => {
  const hide = redactor(secretParts(kubeconfig))
  expect(hide('Bearer eyJhbGciOiJSUzI1NiJ9.abcdefgh refused by https://127.0.0.1:18001')).toBe(
    'Bearer *** refused by https://127.0.0.1:18001',
  )
})

test('an access token is hidden whole', () => {
  expect(redactor(secretParts('ghs_0123456789'))('url https://x:ghs_0123456789@host')).toBe('url https://x:***@host')
})

test('ordinary words of a secret do not garble the log', () => {
  expect(redactor(secretParts(kubeconfig))('clusters: the user deployer has a token')).toBe(
    'clusters: the user deployer has a token',
  )
  expect(secretParts('')).toEqual([])
})

test('of two secrets where one begins like the other, nothing of the longer one is left', () => {
  expect(redactor(['aaaaaaa', 'aaaaaaabbb'])('aaaaaaabbb')).toBe('***')
})
