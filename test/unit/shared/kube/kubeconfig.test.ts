import { expect, test } from 'vitest'
import { authorityOf } from '../../../../shared/kube/kubeconfig.js'

const kubeconfig = (ca: string): string => `
current-context: here
contexts: [{name: here, context: {cluster: c}}]
clusters: [{name: c, cluster: {server: https://127.0.0.1, ${ca}}}]
`

test('the authority is that of the current context', () => {
  const data = Buffer.from('PEM').toString('base64')
  expect(authorityOf(kubeconfig(`certificate-authority-data: ${data}`))).toBe('PEM')
  expect(authorityOf(kubeconfig('insecure-skip-tls-verify: true'))).toBeUndefined()
})

test.each([
  ['no YAML', 'token: "very-secret'],
  ['YAML with an error after what is needed', `${kubeconfig('a: 1')}users: [{token: very-secret`],
  ['another map', 'token: very-secret'],
  ['a context without a cluster', kubeconfig('a: 1').replace('name: c,', 'name: d,')],
])('%s is refused, and none of it is quoted', (_, content) => {
  expect(() => authorityOf(content)).toThrow(/^Input "kubeconfig"(?!.*very-secret)/)
})
