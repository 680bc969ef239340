import { expect, test } from 'vitest'
import { deploymentSchema } from '../../../../shared/records/deployments.js'
import { released } from '../../../fixtures/released.js'

// D7: GitHub tells no limit. A record of many releases with long names stays far below what a text field takes.
test('the record of 20 releases with five components each is smaller than 16 KB', () => {
  const version = '1.0.0-0.dev.git.1234.h0123456789'
  const components = Object.fromEntries(
    ['hub', 'builder', 'proxy', 'frontend', 'monitoring'].map((name) => [name, version]),
  )
  const identity = { ca: 'a'.repeat(64), namespaceUid: '01234567-89ab-cdef-0123-456789abcdef' }
  const releases = Array.from({ length: 20 }, (_, index) =>
    released({
      name: `a-release-of-many-${index}`,
      namespace: `namespace-${index}`,
      identity,
      components,
      inputDigest: 'b'.repeat(64),
    }),
  )
  const record = {
    schema: 1,
    cluster: 'a-cluster-in-frankfurt',
    run: '12345678901/12',
    commit: 'c'.repeat(40),
    releases,
  }
  const whole = { ...record, verdict: 'pass', reason: 'smoke-inconclusive', tier: 'T3' }
  expect(JSON.stringify(deploymentSchema.parse(whole)).length).toBeLessThan(16_000)
})
