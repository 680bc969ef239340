import { expect, test } from 'vitest'
import { redactionOf } from '../../../../actions/smoke-test/redaction.js'
import { readSecrets } from '../../../../actions/smoke-test/run.js'

const { add, hide } = redactionOf(['s3cret/value'])

test.each([
  ['got s3cret/value back', 'got *** back'],
  ['https://h/?a=s3cret%2Fvalue', 'https://h/?a=***'],
  ['https://h/user/x/?token=AAuyebMARIOA0kNoL7clNw&b=1', 'https://h/user/x/?token=***&b=1'],
  ['https://h/oauth?state=1&code=abc', 'https://h/oauth?state=1&code=***'],
  ['https://user:password@h/path', 'https://***@h/path'],
  ['Authorization: token abcdef', 'Authorization: ***'],
  ['set-cookie: session=1; Path=/', 'set-cookie: ***'],
  ['with Bearer eyJhbGciOiJIUzI1NiJ9.e30', 'with Bearer ***'],
  ['{"token": "abc", "url": "/x"}', '{"token": "***", "url": "/x"}'],
])('%s', (text, shown) => {
  expect(hide(text)).toBe(shown)
})

test.each(['Invalid build token', 'token authentication failed', 'https://h/versions?page=2', 'HTTP 200'])(
  '%s is shown as it is',
  (text) => {
    expect(hide(text)).toBe(text)
  },
)

test('a secret that only came up during the test is hidden from then on', () => {
  expect(hide('launched-1')).toBe('launched-1')
  add('launched-1')
  expect(hide('at launched-1.')).toBe('at ***.')
})

test('secrets are lines of names and values', () => {
  expect(readSecrets('A: x y\n\n  B_2: z==\n')).toEqual({ A: 'x y', B_2: 'z==' })
  expect(readSecrets('')).toEqual({})
})

test('a line that cannot be read is never shown', () => {
  expect(() => readSecrets('A: fine\nhunter2')).toThrow(/^Line 2 of the input "secrets"/)
  expect(() => readSecrets('A:')).toThrow(expect.objectContaining({ reason: 'input-invalid' }))
})
