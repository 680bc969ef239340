import { describe, expect, test } from 'vitest'
import type { EvidenceFacts } from '../../../../shared/evidence/module.js'
import { type EvidenceName, presentEvidence } from '../../../../shared/evidence/modules.js'
import type { ClusterPlan } from '../../../../shared/render/cluster-plan.js'
import { dangerKinds } from '../../../../shared/render/dangers.js'
import { ackItems } from '../../../../shared/risk/ack-items.js'
import { effectsOf } from '../../../../shared/risk/effects.js'
import { parseRendered, type Rendered, showRendered } from '../../../../shared/risk/rendered.js'
import { renderedFindings } from '../../../../shared/risk/rendered-findings.js'

const now = new Date('2026-03-10T12:00:00Z')
const hoursAgo = (count: number): Date => new Date(now.getTime() - count * 60 * 60_000)

type OnCluster = Rendered['clusters'][number]
const on = (change: Partial<OnCluster> = {}): OnCluster => ({
  ...{ cluster: 'primary', release: 'site', affected: true, cause: 'rendering' },
  ...{ counts: { added: 0, changed: 1, removed: 0 }, dangers: [], removedApis: [], disruptions: [] },
  ...change,
})
const rendered = (...clusters: OnCluster[]): Rendered => ({
  schema: 1,
  head: 'a'.repeat(40),
  base: 'b'.repeat(40),
  clusters,
})

const nothing: EvidenceFacts = {
  ...{ now, rendered: undefined, dryRun: undefined, items: [], acked: new Set<string>(), trialPassed: undefined },
  ...{ trialSince: undefined, start: undefined, backup: undefined, announced: undefined, runbook: undefined },
}
const items = ackItems([
  { kind: 'ingress', group: 'component', tier: 'T2', path: 'a', what: 'it takes a up', why: 'minor' },
  { kind: 'capacity', group: 'config', tier: 'T1', path: 'b', what: 'it takes b up', why: 'more' },
  { kind: 'policy', group: 'config', tier: 'T2', path: 'c', what: 'it changes c', why: 'rules' },
  { kind: 'storage', group: 'config', tier: 'T3', path: 'd', what: 'it takes d down', why: 'data' },
])
const [one, two] = items.map(({ key }) => key)

function seen(name: EvidenceName, facts: Partial<EvidenceFacts>): boolean | undefined {
  return presentEvidence({ ...nothing, ...facts }, 'x').find((fact) => fact.name === name)?.ok
}

test('of nothing nothing is known, but that there is nothing to acknowledge', () => {
  expect(presentEvidence(nothing, 'x').map(({ name }) => name)).toEqual(['release-notes'])
})

const immutable = { kind: 'immutable-field' as const, object: 'x', text: 'StatefulSet db: spec.serviceName.' }
const away = { object: 'hub', downtime: true, text: 'Deployment hub restarts: it is down for a short time.' }
const restart = {
  object: 'web',
  downtime: false,
  text: 'Deployment web restarts: new pods are ready before old ones stop.',
}
const gone = { object: 'Ingress x', apiVersion: 'extensions/v1beta1', removedIn: '1.22' }

test.each<[string, EvidenceName, Partial<EvidenceFacts>, boolean | undefined]>([
  ['rendered', 'rendered-diff', { rendered: rendered(on()) }, true],
  ['no removed API', 'removed-apis', { rendered: rendered(on()) }, true],
  ['a removed API', 'removed-apis', { rendered: rendered(on(), on({ removedApis: [gone] })) }, false],
  ['no field that cannot change', 'immutable-fields', { rendered: rendered(on()) }, true],
  ['a field that cannot change', 'immutable-fields', { rendered: rendered(on({ dangers: [immutable] })) }, false],
  ['a disruption that is known', 'disruption', { rendered: rendered(on({ disruptions: [away] })) }, true],
  ['asked just now', 'api-dry-run', { dryRun: { ok: true, at: hoursAgo(0) } }, true],
  ['asked, and refused', 'api-dry-run', { dryRun: { ok: false, at: hoursAgo(0) } }, false],
  ['asked within a week', 'api-dry-run', { dryRun: { ok: true, at: hoursAgo(167) } }, true],
  ['asked a week ago', 'api-dry-run', { dryRun: { ok: true, at: hoursAgo(168) } }, false],
  ['asked in the future', 'api-dry-run', { dryRun: { ok: true, at: hoursAgo(-1) } }, false],
  ['looked at within a week', 'version-skew', { dryRun: { ok: true, at: hoursAgo(167) } }, true],
  ['looked at a week ago', 'version-skew', { dryRun: { ok: true, at: hoursAgo(168) } }, false],
  ['what does not go together', 'version-skew', { dryRun: { ok: false, at: hoursAgo(0) } }, false],
  ['what goes with it is merged', 'linked-pull-request', { linkedPullRequest: { number: 1, state: 'merged' } }, true],
  ['what goes with it is green', 'linked-pull-request', { linkedPullRequest: { number: 1, state: 'green' } }, true],
  ['what goes with it is red', 'linked-pull-request', { linkedPullRequest: { number: 1, state: 'red' } }, false],
  ['what goes with it was closed', 'linked-pull-request', { linkedPullRequest: { number: 1, state: 'closed' } }, false],
  ['one of two acknowledged', 'release-notes', { items, acked: new Set([one ?? '']) }, false],
  ['both acknowledged', 'release-notes', { items, acked: new Set([one ?? '', two ?? '']) }, true],
  ['staged within a week', 'staging-trial', { trialPassed: hoursAgo(167) }, true],
  ['staged a week ago', 'staging-trial', { trialPassed: hoursAgo(168) }, false],
  ['staged once', 'staging-day', { trialPassed: hoursAgo(1), trialSince: hoursAgo(1) }, false],
  ['staged twice in a day', 'staging-day', { trialPassed: hoursAgo(1), trialSince: hoursAgo(24) }, false],
  ['staged a day apart', 'staging-day', { trialPassed: hoursAgo(1), trialSince: hoursAgo(25) }, true],
  ['started now', 'start', { start: { by: 'ada', at: hoursAgo(0.5) } }, true],
  ['started an hour ago', 'start', { start: { by: 'ada', at: hoursAgo(1) } }, false],
  ['a backup of today', 'backup', { backup: { id: 'x', made: hoursAgo(23) } }, true],
  ['a backup of yesterday', 'backup', { backup: { id: 'x', made: hoursAgo(24) } }, false],
  ['a backup of tomorrow', 'backup', { backup: { id: 'x', made: hoursAgo(-2) } }, false],
  ['a runbook', 'runbook', { runbook: 'https://example.org' }, true],
  ['nothing that will be away', 'announcement', { rendered: rendered(on({ disruptions: [restart] })) }, true],
  ['not announced', 'announcement', { rendered: rendered(on({ disruptions: [away] })) }, undefined],
  ['announced this morning', 'announcement', { announced: hoursAgo(4) }, false],
  ['announced a day ago', 'announcement', { announced: hoursAgo(24) }, true],
])('%s', (_, name, facts, ok) => {
  expect(seen(name, facts)).toBe(ok)
})

test('what users may notice has numbers, and the same thing the same key wherever it stands', () => {
  expect(items.map(({ number, finding }) => [number, finding.path])).toEqual([
    [1, 'a'],
    [2, 'd'],
  ])
  expect(ackItems(items.map(({ finding }) => finding).toReversed()).map(({ key }) => key)).toEqual([two, one])
})

describe('what comes out', () => {
  const plan = (change: Partial<ClusterPlan> = {}): ClusterPlan => ({
    ...{
      cluster: 'primary',
      wave: 'primary',
      release: 'site',
      base: 'b'.repeat(40),
      affected: true,
      cause: 'rendering',
    },
    ...{ files: [], counts: { added: 0, changed: 1, removed: 0 }, diffs: [], disruptions: [], removedApis: [] },
    ...{ dangers: [], notes: [] },
    ...change,
  })
  const about = { head: 'a'.repeat(40), base: 'b'.repeat(40), target: '1.35' }

  test('is read back as it was written, and nothing else is', () => {
    const plans = [plan({ dangers: [immutable], removedApis: [{ ...gone, source: 'x' }] }), plan({ cluster: 'rest' })]
    const read = parseRendered(showRendered(about, plans))
    expect(read).toMatchObject({ ...about, clusters: [{ dangers: [immutable], removedApis: [gone] }, {}] })
    for (const text of ['', 'null', '{}', JSON.stringify({ ...read, schema: 2 }), JSON.stringify({ ...read, x: 1 })]) {
      expect(parseRendered(text)).toBeUndefined()
    }
  })

  test('is never too large, and never without a kind of danger that was there', () => {
    const many = Array.from({ length: 200 }, (_, index) => ({
      ...immutable,
      object: `${index}`,
      text: 'x'.repeat(500),
    }))
    const dangers = [...many, ...dangerKinds.map((kind) => ({ ...immutable, kind }))]
    const plans = Array.from({ length: 20 }, (_, index) => plan({ cluster: `c${index}`, dangers }))
    const text = showRendered(about, plans)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(100_000)
    const kinds = parseRendered(text)?.clusters.map((one) => new Set(one.dangers.map(({ kind }) => kind)).size)
    expect(kinds).toEqual(plans.map(() => dangerKinds.length))
  })

  test('makes every danger T3, once for all clusters', () => {
    for (const kind of dangerKinds) {
      const dangers = [{ ...immutable, kind }]
      const [found, ...others] = renderedFindings(rendered(on({ dangers }), on({ cluster: 'rest', dangers })))
      expect(others).toEqual([])
      expect(found).toMatchObject({ tier: 'T3', what: expect.stringContaining('on primary, rest: ') })
    }
    expect(renderedFindings(rendered(on({ cause: 'no-base' })))).toMatchObject([{ tier: 'T3', kind: 'unknown' }])
    expect(renderedFindings(rendered(on()))).toEqual([])
  })

  test('is told as what it does to users, the worst first', () => {
    const clusters = [on({ disruptions: [restart, away] }), on({ cluster: 'rest', disruptions: [restart] })]
    expect(effectsOf(rendered(...clusters))).toEqual([
      'Deployment hub restarts: it is down for a short time (primary).',
      'Deployment web restarts: new pods are ready before old ones stop (primary, rest).',
    ])
    expect(effectsOf(rendered(on({ affected: false })))).toEqual(['No cluster changes.'])
    expect(effectsOf(undefined)).toBeUndefined()
  })
})
