import { expect, test } from 'vitest'
import { secretInput, textInput } from '../../../../shared/action/inputs.js'
import { secretsOf } from '../../../../shared/runtime/secrets.js'
import { kubeconfigNames, kubeconfigSecretsInThem, kubeconfigs } from '../../../fixtures/kubeconfigs.js'

const spec = { description: 'x' }
const inputs = {
  token: secretInput(spec),
  kubeconfig: secretInput(spec, 'kubeconfig'),
  secrets: secretInput(spec, 'named-values'),
  plan: textInput(spec),
}
const of = (given: Record<string, string>, env: NodeJS.ProcessEnv = {}) =>
  secretsOf(inputs, (name) => given[name] ?? '', env)

test('each secret input counts by its format, others do not', async () => {
  const { token, password, keyData } = kubeconfigSecretsInThem
  const { parts, short } = await of({
    token: 'ghs_0123456789',
    kubeconfig: kubeconfigs.YAML,
    secrets: 'MAIL: hunter22\nOTHER: two words',
    plan: 'a plan that is a long text',
  })
  expect(parts).toEqual(expect.arrayContaining(['ghs_0123456789', token, password, keyData, 'hunter22', 'two words']))
  for (const name of kubeconfigNames) expect(parts).not.toContain(name)
  expect(parts.join()).not.toContain('a plan')
  expect(short).toEqual([])
})

test('what is too short is named, and none of it shown', async () => {
  const { parts, short } = await of({ token: 'true', secrets: 'MAIL: admin\nLONG: 0123456789' })
  expect(short).toEqual(['the input "token"', 'MAIL in the input "secrets"'])
  expect(parts).toEqual(['0123456789'])
})

test('secrets in the environment, which programs may repeat, are hidden too', async () => {
  const env = { AWS_SECRET_ACCESS_KEY: 'abcdefgh', INPUT_PLAN: 'something', HOME: '/home/runner', SHORT_TOKEN: 'abc' }
  expect((await of({}, env)).parts).toEqual(['abcdefgh'])
})

test('the input whose line drops an output is named', async () => {
  const { dropping } = await of({ kubeconfig: kubeconfigs['pretty-printed JSON'], secrets: 'A: b' })
  expect(dropping('{"schema":1}')).toBe('kubeconfig')
  expect(dropping('namespace A: b')).toBe('secrets')
  expect(dropping(`x ${Buffer.from('A: b').toString('base64')}`)).toBe('secrets')
  expect(dropping('staging')).toBeUndefined()
})
