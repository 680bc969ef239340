import { expect, test } from 'vitest'
import { fillPlaceholders, type PlaceholderValues } from '../../../../shared/policy/placeholders.js'

const site: PlaceholderValues = {
  cluster: 'primary',
  host: 'hub.example',
  namespace: 'space',
  values: [
    {
      binderhub: { config: { BinderHub: { hub_url: 'https://hub' } }, ingress: { hosts: ['a', 'b'] }, replicas: 2 },
    },
    { binderhub: { replicas: 3 }, grafana: { host: 'graphs' } },
  ],
  secrets: { TOKEN: 's3cret' },
}

test.each([
  ['https://{host}/health', 'https://hub.example/health'],
  ['{cluster} in {namespace}', 'primary in space'],
  ['{values.binderhub.config.BinderHub.hub_url}/hub/api', 'https://hub/hub/api'],
  ['{values.binderhub.ingress.hosts.1}:{values.binderhub.replicas}', 'b:2'],
  ['{values.binderhub.replicas} {values.grafana.host}', '2 graphs'],
  ['token {secrets.TOKEN}', 'token s3cret'],
  ['sum(rate(x{job="a"}[5m])) by (b) and a{2,3}', 'sum(rate(x{job="a"}[5m])) by (b) and a{2,3}'],
])('%s', (template, filled) => {
  expect(fillPlaceholders(template, site)).toBe(filled)
})

test('every text of a check is filled, and nothing else', () => {
  const check = { url: '{host}', list: ['{cluster}', 1], none: undefined, map: { '{host}': { deep: '{namespace}' } } }
  expect(fillPlaceholders(check, site)).toEqual({
    url: 'hub.example',
    list: ['primary', 1],
    map: { '{host}': { deep: 'space' } },
  })
})

test('what a value brings along is not filled again', () => {
  expect(fillPlaceholders('{values.a}', { ...site, values: [{ a: '{secrets.TOKEN}' }] })).toBe('{secrets.TOKEN}')
})

test.each([
  ['{values.binderhub.nothing}', 'uses {values.binderhub.nothing}, but the values of primary have no text there'],
  ['{values.binderhub}', 'uses {values.binderhub}, but the values of primary have no text there'],
  ['{secrets.OTHER}', 'uses {secrets.OTHER}, but the input "secrets" has no OTHER'],
])('%s, which stands for nothing here, is an error with a fix', (template, message) => {
  expect(() => fillPlaceholders(template, site)).toThrow(
    expect.objectContaining({ message: expect.stringContaining(message), fix: expect.stringMatching(/./) }),
  )
})

test('a cluster without a host is an error only where its host is asked for', () => {
  expect(() => fillPlaceholders('{host}', { ...site, host: undefined })).toThrow(
    'uses {host}, but the cluster has no host',
  )
  expect(fillPlaceholders('{cluster}', { ...site, host: undefined })).toBe('primary')
})
