import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type FailingClusters, startFailingPlaces } from '../fixtures/failing-clusters.js'
import { deploysNow, interrupted, latest } from '../fixtures/interrupted-deploy.js'
import type { NamespaceCluster } from '../fixtures/namespace-cluster.js'
import { crashApiServer } from './api-server.js'

const slow = { timeout: 240_000 }

// The API server is everybody's: nothing may use the same cluster meanwhile.
describe.each([3, 4] as const)('with Helm %i and an API server that is not there', (major) => {
  const name = `gone-${major}`
  let places: FailingClusters
  let place: NamespaceCluster
  beforeAll(async () => {
    // Long enough for whatever the node still has to do after the crash.
    places = await startFailingPlaces(major, [name], '20s')
    place = await places.place(name)
  })
  afterAll(() => places[Symbol.asyncDispose]())

  test('it is gone in mid-upgrade: nobody guesses; once it is back, the next run deploys', slow, async () => {
    const commit = await places.change(name, 'delay: 3')
    let back = async (): Promise<void> => {}
    const { result, log } = await interrupted(place, await place.starts.deploy(commit), async () => {
      back = await crashApiServer()
    }).finally(() => back())

    expect(result).toMatchObject({ decision: 'failed', reason: 'cluster-unreachable' })
    expect(result.message).toMatch(/^The cluster did not answer/)
    expect(log).toContain('re-run this job')
    expect(log.replace(/^::add-mask::.*$/gm, '')).not.toContain(new URL(inject('apiServer')).host)
    await deploysNow(place, commit)
  })

  test('it comes back in mid-upgrade: what is said is what is there', slow, async () => {
    const commit = await places.change(name, 'delay: 4')
    const start = await place.starts.deploy(commit)
    const { result } = await interrupted(place, start, async () => (await crashApiServer())())

    const { status, revision } = await latest(place)
    expect(result.releases?.[0]?.revision ?? revision).toBe(revision)
    if (status === 'deployed') expect(result.decision).toBe('deployed')
    else {
      expect(result.decision).toBe('failed')
      expect(['unhealthy', 'cluster-unreachable']).toContain(result.reason)
      expect(result.message).toMatch(/Deployment.*web|re-run this job|did not answer/)
    }
  })
})
