import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { interpolate, resolve } from '../../../rehearsal/runner/expression.js'
import { parseWorkflow } from '../../../rehearsal/runner/workflow.js'

const folder = 'workflows-examples/deploy-repo/.github/workflows'
const read = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8')

const commit = 'a'.repeat(40)
const order = (cluster: string) => ({ cluster, change: commit, deployed: { cluster, commit, releases: [] } })
const orders = JSON.stringify({ berlin: order('berlin'), 'bids-ovh': order('bids-ovh') })

test('every cluster that is watched is looked at with its own order, at the commit that is deployed there', () => {
  const { watched } = parseWorkflow('change.yml', read('change.yml')).jobs
  const needs = { hear: { outputs: { watched: '["berlin","bids-ovh"]', orders } } }
  const { cluster: clusters } = resolve(watched?.strategy?.matrix ?? null, { needs }) as { cluster: string[] }
  expect(clusters).toEqual(['berlin', 'bids-ovh'])

  for (const cluster of clusters) {
    const given = resolve(watched?.with ?? null, { needs, matrix: { cluster } }) as Record<string, string>
    expect([given['cluster'], JSON.parse(given['order'] ?? '')]).toEqual([cluster, order(cluster)])
    const [, ref = ''] = /ref: (.*)/.exec(read('watch-cluster.yml')) ?? []
    expect(interpolate(ref, { inputs: given })).toBe(commit)
  }
})

test.each([
  ['nothing is watched', '', false],
  ['something is', '["berlin"]', true],
])('where %s, jobs start: %s', (_, list, starts) => {
  const { watched } = parseWorkflow('change.yml', read('change.yml')).jobs
  expect(resolve(watched?.if ?? null, { needs: { hear: { outputs: { watched: list } } } })).toBe(starts)
})
