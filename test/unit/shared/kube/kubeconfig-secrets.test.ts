import { expect, test } from 'vitest'
import { redactor } from '../../../../shared/exec/redact.js'
import { kubeconfigSecrets } from '../../../../shared/kube/kubeconfig-secrets.js'
import { kubeconfigNames, kubeconfigSecretsInThem, kubeconfigs } from '../../../kubeconfigs.js'

test.each(Object.entries(kubeconfigs))(
  'of a kubeconfig as %s the secrets are hidden, and nothing else',
  (_, content) => {
    const { parts, weak } = kubeconfigSecrets(content)
    const hide = redactor(parts)
    for (const secret of Object.values(kubeconfigSecretsInThem)) expect(hide(`x ${secret} x`)).not.toContain(secret)
    const names = kubeconfigNames.join(' ')
    expect(hide(names)).toBe(names)
    expect(hide('apiVersion: v1, kind: Config, token, password')).toBe('apiVersion: v1, kind: Config, token, password')
    expect(weak).toBe(false)
  },
)

const user = (text: string): string => `users: [{ name: someone, user: ${text} }]\n`

test.each<[string, string, string[]]>([
  [
    'a token of a plug-in',
    user('{ auth-provider: { config: { access-token: abcdefgh, id-token: ijklmnop, client-id: hub } } }'),
    ['abcdefgh', 'ijklmnop'],
  ],
  [
    'a template of one is none',
    user('{ auth-provider: { config: { token-key: "{.token}", expiry-key: "{.until}" } } }'),
    [],
  ],
  ['a file is none', user('{ tokenFile: /var/run/token, client-key: /etc/key.pem, token: /a/path }'), []],
  [
    'a variable of a program that logs in',
    user(
      '{ exec: { command: aws, env: [{ name: AWS_SECRET_ACCESS_KEY, value: abcdefgh }, { name: AWS_PROFILE, value: production }] } }',
    ),
    ['abcdefgh'],
  ],
  [
    'an argument of one',
    user(
      '{ exec: { command: x, args: [get-token, --cluster-name, production, --client-secret, abcdefgh, --token=ijklmnop] } }',
    ),
    ['abcdefgh', 'ijklmnop'],
  ],
  [
    'the password of a proxy',
    'clusters: [{ cluster: { proxy-url: "http://me:pass%20word@proxy.example" } }]',
    ['pass%20word', 'pass word'],
  ],
  ['digits', user('{ password: 12345678 }'), ['12345678']],
  ['an anchor', 'a: &secret abcdefgh\nusers: [{ user: { token: *secret } }]', ['abcdefgh']],
])('%s', (_, content, expected) => {
  expect(kubeconfigSecrets(content).parts.toSorted()).toEqual(expected.toSorted())
})

test.each<[string, string]>([
  ['too short', user('{ password: admin }')],
  ['a name', user('{ token: someone }')],
])('a secret that is %s is told of, and hides nothing', (_, content) => {
  expect(kubeconfigSecrets(content)).toEqual({ parts: [], weak: true })
})

test('a private key beside its certificate is hidden, in whichever key', () => {
  const { pem, keyLine } = kubeconfigSecretsInThem
  const both = Buffer.from(`-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n${pem}`).toString('base64')
  const hide = redactor(kubeconfigSecrets(user(`{ client-certificate-data: ${both} }`)).parts)
  expect(hide(both)).toBe('***')
  expect(hide(keyLine)).toBe('***')
})

test('of what is no kubeconfig every long word is hidden', () => {
  expect(kubeconfigSecrets('token: "abcdefghijklmnopqrstuvwxyz').parts).toContain('abcdefghijklmnopqrstuvwxyz')
  expect(kubeconfigSecrets('').parts).toEqual([])
})
