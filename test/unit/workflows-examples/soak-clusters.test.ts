import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { interpolateText, resolveValue } from '../../../rehearsal/runner/expression.js'
import { parseWorkflow } from '../../../rehearsal/runner/workflow.js'

const folder = 'workflows-examples/deploy-repo/.github/workflows'
const read = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8')

const commit = 'a'.repeat(40)
const request = (cluster: string) => ({ cluster, change: commit, deployed: { cluster, commit, releases: [] } })
const requests = JSON.stringify({ berlin: request('berlin'), 'bids-ovh': request('bids-ovh') })

test('every cluster that soaks is tested with its own request, at the commit that is deployed there', () => {
  const { watched } = parseWorkflow('change.yml', read('change.yml')).jobs
  const needs = { hear: { outputs: { 'soak-clusters': '["berlin","bids-ovh"]', requests } } }
  const { cluster: clusters } = resolveValue(watched?.strategy?.matrix ?? null, { needs }) as { cluster: string[] }
  expect(clusters).toEqual(['berlin', 'bids-ovh'])

  for (const cluster of clusters) {
    const given = resolveValue(watched?.with ?? null, { needs, matrix: { cluster } }) as Record<string, string>
    expect([given['cluster'], JSON.parse(given['request'] ?? '')]).toEqual([cluster, request(cluster)])
    const [, ref = ''] = /ref: (.*)/.exec(read('watch-cluster.yml')) ?? []
    expect(interpolateText(ref, { inputs: given })).toBe(commit)
  }
})

test.each([
  ['nothing soaks', '', false],
  ['something is', '["berlin"]', true],
])('where %s, jobs start: %s', (_, list, starts) => {
  const { watched } = parseWorkflow('change.yml', read('change.yml')).jobs
  expect(resolveValue(watched?.if ?? null, { needs: { hear: { outputs: { 'soak-clusters': list } } } })).toBe(starts)
})
