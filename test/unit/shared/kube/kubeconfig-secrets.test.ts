import { expect, test } from 'vitest'
import { secretRedactor } from '../../../../shared/exec/redact.js'
import { kubeconfigSecrets } from '../../../../shared/kube/kubeconfig-secrets.js'
import { kubeconfigNames, kubeconfigSecretsInThem, kubeconfigs } from '../../../fixtures/kubeconfigs.js'

test.each(Object.entries(kubeconfigs))(
  'of a kubeconfig as %s the secrets are hidden, and nothing else',
  (_, content) => {
    const { parts, weak } = kubeconfigSecrets(content)
    const hide = secretRedactor(parts)
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
  ['a file is none', user('{ tokenFile: /var/run/token, client-key: /etc/key.pem }'), []],
  [
    'a token is no file',
    user('{ token: /a/path, password: /Ab3/cd+=, api-key: /abcdefgh }'),
    ['/a/path', '/Ab3/cd+=', '/abcdefgh'],
  ],
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
  const hide = secretRedactor(kubeconfigSecrets(user(`{ client-certificate-data: ${both} }`)).parts)
  expect(hide(both)).toBe('***')
  expect(hide(keyLine)).toBe('***')
})

test('of what is no kubeconfig every long word is hidden', () => {
  expect(kubeconfigSecrets('token: "abcdefghijklmnopqrstuvwxyz').parts).toContain('abcdefghijklmnopqrstuvwxyz')
  expect(kubeconfigSecrets('').parts).toEqual([])
})

const login = (exec: object): string =>
  JSON.stringify({
    contexts: [
      { name: 'staging', context: { cluster: 'arn:aws:eks:eu-west-1:123456789012:cluster/hub-prod-2024', user: 'me' } },
    ],
    users: [{ name: 'me', user: { exec: { command: 'login', ...exec } } }],
  })

test.each<[string, string]>([
  ['password: 12345678901234567890', '12345678901234567890'],
  ['password: 0123456789', '0123456789'],
  ['password: 1234567.10', '1234567.10'],
  ['password: 0x12345678', '0x12345678'],
  ['password: 1234567e5', '1234567e5'],
  ['password: 2024-01-02', '2024-01-02'],
  ['"password": 12345678901234567890', '12345678901234567890'],
])('a password that YAML takes for a number counts as it is written: %s', (line, expected) => {
  expect(kubeconfigSecrets(user(`{ ${line} }`))).toEqual({ parts: [expected], weak: false })
})

test('in JSON, too', () => {
  const json = '{"users":[{"user":{"password":12345678901234567890,"token":null,"username":"a \\"b\\" 7"}}]}'
  expect(kubeconfigSecrets(json)).toEqual({ parts: ['12345678901234567890'], weak: false })
})

test.each(['1e5', '0123', 'true', 'null', 'False'])('the word %s as a password is told of', (word) => {
  expect(kubeconfigSecrets(user(`{ password: ${word} }`))).toEqual({ parts: [], weak: true })
})

test.each(['password:', 'token: ""', 'token: ~'])('no password is none: %s', (line) => {
  expect(kubeconfigSecrets(`users:\n- user:\n    ${line}\n`)).toEqual({ parts: [], weak: false })
})

test.each<[string, string]>([
  ['in a second document', 'kind: Config\n---\nusers: [{ user: { token: hidden-here } }]'],
  [
    'under a key that occurs twice',
    'users: []\nusers: [{ user: { token: hidden-here } }, { user: { token: a-1, token: b } }]',
  ],
  ['behind a tab that YAML forbids', 'users:\n\t- user:\n\t    token: hidden-here\n'],
  ['in JSON with a comma too many', '{"users":[{"user":{"token":"hidden-here"}},]}'],
  ['in a text that ends too early', '{"users":[{"user":{"token":"hidden-here"'],
])('a token is hidden %s', (_, content) => {
  expect(kubeconfigSecrets(content).parts).toContain('hidden-here')
})

const body = ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ', 'Zm9vYmFyYmF6cXV4', 'ab==']
const begin = '-----BEGIN PRIVATE KEY-----'
const pem = [begin, ...body, '-----END PRIVATE KEY-----', ''].join('\n')
const account = JSON.stringify({ type: 'service_account', project_id: 'hub-project-1', private_key: pem })

test.each<[string, string]>([
  ['of a service account in JSON', login({ env: [{ name: 'SA', value: account }] })],
  ['of one in JSON in base64', login({ env: [{ name: 'SA', value: Buffer.from(account).toString('base64') }] })],
  ['with its line ends written out', login({ env: [{ name: 'PEM', value: pem.replaceAll('\n', '\\n') }] })],
  ['with its line ends written out twice', login({ env: [{ name: 'PEM', value: pem.replaceAll('\n', '\\\\n') }] })],
  ['that YAML has folded into one line', login({ env: [{ name: 'PEM', value: pem.trim().replaceAll('\n', ' ') }] })],
  ['with CRLF', login({ env: [{ name: 'PEM', value: pem.replaceAll('\n', '\r\n') }] })],
  ['among the arguments', login({ args: ['--pem', pem] })],
])('a private key %s is hidden line by line', (_, content) => {
  const { parts, weak } = kubeconfigSecrets(content)
  expect(parts).toEqual(expect.arrayContaining(body.slice(0, 2)))
  expect(weak).toBe(false)
  const hide = secretRedactor(parts)
  expect(hide(`${body[0]}, ${body[1]}`)).toBe('***, ***')
  expect(hide('service_account hub-project-1 type')).toBe('service_account hub-project-1 type')
  // The runner hides every line of what it is given.
  for (const line of parts.flatMap((part) => part.split('\n'))) expect(line.length).toBeGreaterThanOrEqual(6)
})

test('a private key in one line is hidden whole', () => {
  const line = pem.trim().replaceAll('\n', '\\n')
  expect(secretRedactor(kubeconfigSecrets(login({ env: [{ name: 'PEM', value: line }] })).parts)(`got ${line}`)).toBe(
    'got ***',
  )
})

const env = (name: string, value: string): object => ({ env: [{ name, value }] })

test.each<[string, object, string]>([
  ['a variable that ends with KEY', env('SA_KEY', 'very-secret-key-1'), 'very-secret-key-1'],
  ['even a short one', env('SA_KEY', 'secret'), 'secret'],
  ['a variable of any name', env('FOO', 'abcd1234efgh'), 'abcd1234efgh'],
  ['one that begins like a path', env('FOO', '/8a7sd8f7sa8df7a8sd7f'), '/8a7sd8f7sa8df7a8sd7f'],
  [
    'a token of three parts',
    env('JWT', 'eyJhbGciOi1.eyJzdWIiOi1.c2lnbmF0dXJl1'),
    'eyJhbGciOi1.eyJzdWIiOi1.c2lnbmF0dXJl1',
  ],
  ['behind a short option', { args: ['-p', 'very-secret-pw-1'] }, 'very-secret-pw-1'],
  ['behind another', { args: ['login', '-K', 'P@ssw0rd!2024x'] }, 'P@ssw0rd!2024x'],
  ['behind a letter for names', { args: ['-i', 'a8f7d6s8a7f6sd8a'] }, 'a8f7d6s8a7f6sd8a'],
  ['attached to a short option', { args: ['-pa8f7d6s8a7f6sd8a'] }, 'a8f7d6s8a7f6sd8a'],
  ['behind a long option of any name', { args: ['--otp=abcd1234efgh'] }, 'abcd1234efgh'],
  ['by itself', { args: ['login', 'a8f7d6s8a7f6sd8a'] }, 'a8f7d6s8a7f6sd8a'],
  ['in a script', { args: ['-c', 'login -p "very-secret-pw-1" && login --password hunter22'] }, 'very-secret-pw-1'],
  ['by its name in a script', { args: ['-c', 'login --password hunter22'] }, 'hunter22'],
  ['as an assignment', { args: ['PASSWORD=hunter22', 'login'] }, 'hunter22'],
  ['a token that begins like a path', { args: ['--token', '/abcdefgh'] }, '/abcdefgh'],
])('what a program that logs in is given is hidden: %s', (_, exec, secret) => {
  expect(secretRedactor(kubeconfigSecrets(login(exec)).parts)(`got ${secret}.`)).toBe('got ***.')
})

test.each<[string, object]>([
  ['a cluster', { args: ['eks', 'get-token', '--cluster-name', 'hub-prod-2024', '--region', 'eu-central-1'] }],
  [
    'its ARN and a role',
    { args: ['--role-arn', 'arn:aws:iam::123456789012:role/deployer-2024', '-r', 'arn:aws:iam::1:role/a'] },
  ],
  ['a cluster that stands in a name', { args: ['token', '-x', 'hub-prod-2024'] }],
  ['a cluster behind a letter', { args: ['token', '-i', 'other-prod-2024'] }],
  [
    'ids',
    {
      args: ['--server-id', '6dae42f8-4368-4678-94ff-3960e28e3630', '--tenant-id=72f988bf-86f1-41af-91ab-2d7cd011db47'],
    },
  ],
  ['a project', env('CLOUDSDK_CORE_PROJECT', 'hub-project-4f3a2c1d9')],
  ['a profile', env('AWS_PROFILE', 'production-eu-2024')],
  ["an access key's id", env('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE')],
  ['a file', env('GOOGLE_APPLICATION_CREDENTIALS', '/var/run/secrets/key-1.json')],
  [
    'a file behind an option',
    { args: ['--private-key', '/etc/keys/deployer1.pem', '--token-file', '/a/b', '-f', './config/login-2024.yaml'] },
  ],
  ['a host', env('TARGET', 'api-1.k8s-2024.example.org:6443')],
  ['an address', env('TARGET', 'https://api1.example.org/v1/login2024')],
  ['a service account', { args: ['-a', 'deployer-1@hub-project-1.iam.gserviceaccount.com'] }],
  ['a region', env('WHERE', 'northamerica-northeast1-a')],
  ['words', { args: ['config', 'config-helper', '--format=json', '--interactive-mode'] }],
  ['a project by itself', { args: ['login', 'hub-project-2024'] }],
  ['a template', env('FROM', '$(LOGIN_2024_VALUE)')],
  ['a version', env('API', 'client.authentication.k8s.io/v1beta1')],
])('what is public of it stays: %s', (_, exec) => {
  expect(kubeconfigSecrets(login(exec))).toEqual({ parts: [], weak: false })
})
