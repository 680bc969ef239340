import { expect, test } from 'vitest'
import { requireSupportedGitHub } from '../../../../shared/runtime/action.js'

test.each(['https://github.com', 'https://octo.ghe.com', 'http://127.0.0.1:4711', 'http://localhost:80'])(
  'runs on %s',
  (url) => {
    expect(() => requireSupportedGitHub(url)).not.toThrow()
  },
)

test.each([
  'https://github.example.com',
  'https://ghe.com.example.com',
  'https://evil-ghe.com',
  'https://github.com.example.com',
  'https://10.0.0.1',
  'no address',
  '',
])('refuses %j before anything else, and says why', (url) => {
  expect(() => requireSupportedGitHub(url)).toThrow(
    expect.objectContaining({
      reason: 'unsupported-github',
      fix: expect.stringContaining('GitHub Enterprise Server has no "concurrency: queue"'),
    }),
  )
})
