import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { resolveValue } from '../../../rehearsal/runner/expression.js'
import { parseWorkflow } from '../../../rehearsal/runner/workflow.js'

const path = 'workflows-examples/deploy-repo/.github/workflows/deploy.yml'
const { jobs } = parseWorkflow(path, readFileSync(path, 'utf8'))

test.each(['staging', 'canary', 'primary', 'rest'])('%s: what is dangerous goes to one cluster at a time', (wave) => {
  const strategyAt = (tier: string): unknown[] => {
    const known = { needs: { plan: { outputs: { tier } } } }
    const { 'max-parallel': atOnce = null, 'fail-fast': stops = null } = jobs[wave]?.strategy ?? {}
    return [resolveValue(atOnce, known), resolveValue(stops, known)]
  }
  expect(strategyAt('T3')).toEqual([1, true])
  for (const tier of ['', 'T0', 'T1', 'T2']) expect([tier, ...strategyAt(tier)]).toEqual([tier, 256, false])
})
