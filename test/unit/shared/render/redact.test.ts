import { expect, test } from 'vitest'
import { isSensitiveKey, redactText, redactValue, valueRedactor } from '../../../../shared/render/redact.js'

test.each([
  'password',
  'PASSWORD',
  'dbPassword',
  'DB_PASSWORD',
  'apiToken',
  'api_key',
  'apiKey',
  'cookieSecret',
  'JPY_COOKIE_SECRET',
  'CONFIGPROXY_AUTH_TOKEN',
  'hub.services.binder.apiToken',
  'client_secret',
  'clientSecret',
  'secretKey',
  'secret_token',
  '--token',
  'private-key',
  'crypt_key',
  'accessTokens',
  'postgresqlPassword',
  'service_account_credentials',
])('the value of %s is hidden', (key) => {
  expect(isSensitiveKey(key)).toBe(true)
})

test.each([
  'name',
  'image',
  'key',
  'secretName',
  'existingSecret',
  'secretKeyRef',
  'passwordFile',
  'tokenPath',
  'imagePullSecrets.name',
  'automountServiceAccountToken',
  'compass',
  'passive',
  'tokenExpirationSeconds',
  'monkey',
  'replicas',
])('the value of %s is shown', (key) => {
  expect(isSensitiveKey(key)).toBe(false)
})

const everything = {
  spec: {
    containers: [
      {
        name: 'hub',
        image: 'hub:1',
        args: ['--token=aaa-1', '--api-token', 'aaa-2', '--verbose', '--config', '/etc/x'],
        env: [
          { name: 'DB_PASSWORD', value: 'aaa-3' },
          { name: 'FROM', valueFrom: { secretKeyRef: { name: 'hub', key: 'token' } } },
          { name: 'DATABASE', value: 'postgres://hub:aaa-4@db:5432/hub' },
          { name: 'MODE', value: 'fast' },
        ],
      },
    ],
    volumes: [{ name: 'secret', secret: { secretName: 'hub', items: [{ key: 'a', path: 'b' }] } }],
  },
  data: {
    'values.yaml':
      'hub:\n  cookieSecret: aaa-5\n  image: hub\n  password: |\n    aaa-6\n    aaa-7\n  host: example.org\n',
    'config.json': '{"user": "ada", "password": "aaa-8", "port": 1}',
    'app.ini': 'user=ada\nsecret_key = aaa-9\n',
    'run.sh': 'curl -H "Authorization: Bearer aaa-bbbbbbbbbbb-10" https://example.org\nexport API_TOKEN=aaa-11\n',
    'key.pem': '-----BEGIN RSA PRIVATE KEY-----\naaa-12\n-----END RSA PRIVATE KEY-----\n',
    'x.py': "c.Hub.token = 'aaa-13'\ntokens = {'gitlab_token': 'aaa-14'}\n",
    auth_token: 'aaa-15',
    numbers: 'pin',
  },
  token: { nested: ['aaa-16', { deep: 'aaa-17' }] },
}

test('nothing secret is left in an object, wherever it stands', () => {
  const shown = JSON.stringify(redactValue(everything, valueRedactor()))

  expect(shown).not.toMatch(/aaa-/)
  for (const kept of [
    'hub:1',
    '--verbose',
    '/etc/x',
    'fast',
    'secretName',
    'example.org',
    'ada',
    'postgres://hub:',
    '"key":"token"',
  ]) {
    expect(shown).toContain(kept)
  }
})

test('the same secret has the same number on both sides, another one another', () => {
  const hide = valueRedactor()
  const [before, same, after] = ['a', 'a', 'b'].map((password) => redactValue({ password }, hide))

  expect(before).toEqual({ password: '(hidden 1)' })
  expect(same).toEqual(before)
  expect(after).toEqual({ password: '(hidden 2)' })
})

test.each([
  ['a JSON web token', 'see eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3.abcdefgh for it', /see \(hidden 1\) for it/],
  ['64 hex digits', `x ${'0af1'.repeat(16)} y`, /x \(hidden 1\) y/],
  ['a token of GitHub', 'ghp_abcdefghijklmnopqrstuvwxyz0123456789', /^\(hidden 1\)$/],
])('what looks like a credential is hidden without any key: %s', (_, text, shown) => {
  expect(redactText(text, valueRedactor())).toMatch(shown)
})

test('plain prose and addresses stay as they are', () => {
  const text = 'Tokens are nice. See https://example.org/a:b@c?x=1\nkey: value\nreplicas: 3\n'
  expect(redactText(text, valueRedactor())).toBe(text)
})
