import { describe, expect, test } from 'vitest'
import type { ProbeAnswer } from '../../../../actions/smoke-test/http-probe.js'
import { judgeCommand } from '../../../../actions/smoke-test/probes/command.js'
import { buildEnd, buildFailure } from '../../../../actions/smoke-test/probes/judge-build.js'
import { judgeHttp } from '../../../../actions/smoke-test/probes/judge-http.js'
import { judgeKubernetes } from '../../../../actions/smoke-test/probes/judge-kubernetes.js'
import { judgePrometheus } from '../../../../actions/smoke-test/probes/prometheus.js'
import type { CheckFound } from '../../../../actions/smoke-test/repeat.js'
import { judgeRollout } from '../../../../actions/smoke-test/rollout.js'
import { decideVerdict, type VerdictRule, worstVerdict } from '../../../../actions/smoke-test/verdict.js'
import { tellsVersion } from '../../../../actions/smoke-test/version.js'
import type { SmokeVerdict } from '../../../../shared/foundation/result.js'
import { readWorkloads } from '../../../../shared/kube/workloads.js'
import { normalizeCheck } from '../../../../shared/policy/smoke-normalize.js'
import { checkSchema as schema } from '../../../../shared/policy/smoke-schema.js'
import type { SmokeCheck } from '../../../../shared/policy/smoke-types.js'
import { olderPod, warning, webObjects } from '../../../fixtures/kube-samples.js'

/** A check as the policy writes it. */
function written<K extends SmokeCheck['kind']>(kind: K, entry: object): Extract<SmokeCheck, { kind: K }> {
  const check = normalizeCheck(schema.parse(entry))
  if (check.kind !== kind) throw new Error(`this is a check of kind ${check.kind}`)
  return check as Extract<SmokeCheck, { kind: K }>
}

const now = new Date('2026-01-01T12:00:00Z')
const answer = (status: number, body = '', headers: Record<string, string> = {}): ProbeAnswer => ({
  kind: 'answer',
  status,
  headers: new Headers(headers),
  body,
  hops: [],
})
const none = (text: string, unknown: boolean): ProbeAnswer => ({ kind: 'none', unknown, text })
const http = (entry: object, came: ProbeAnswer): CheckFound =>
  judgeHttp(written('http', { http: 'https://h/', ...entry }), came, undefined, now)
const health = (came: ProbeAnswer): CheckFound => http({ json: { ok: true } }, came)
const ok = answer(200, '{"ok": true}')

const kubernetes = (objects: unknown[], since: Date | undefined = new Date('2026-01-01T10:00:00Z')): CheckFound =>
  judgeKubernetes(written('kubernetes', { kubernetes: ['workloads', 'restarts', 'warnings'] }), {
    objects,
    release: 'hub',
    since,
  })
const rollout = (objects: unknown[]): CheckFound => judgeRollout(readWorkloads(objects, 'hub'))
const prometheus = (
  entry: object,
  values: number[] | { none: string },
  before?: number[] | { none: string },
): CheckFound => judgePrometheus(written('prometheus', { prometheus: 'q', url: 'http://p', ...entry }), values, before)
const build = (phase: string, message = '', status?: number): CheckFound =>
  buildFailure({ phase, message, ...(status === undefined ? {} : { status_code: status }) }) ?? {
    is: 'right',
    came: phase,
  }
const version = (told: string): CheckFound => ({
  is: tellsVersion(told, { version: '1.0.0-n2.hbbbbbbb', commit: 'bbbbbbb' }) ? 'right' : 'wrong',
  came: told,
})

const once: VerdictRule = { successThreshold: 1, failureThreshold: undefined }

/** What the smoke test says once its time is over, of a check that found this, in this order. */
const verdictOf = (found: CheckFound[], rule: VerdictRule = once): SmokeVerdict =>
  decideVerdict(
    found.map(({ is }) => is),
    rule,
    true,
  ) ?? 'inconclusive'

type Situation = [what: string, found: CheckFound[], verdict: SmokeVerdict, rule?: VerdictRule]

const httpSituations: Situation[] = [
  ['the page answers at once', [http({}, answer(200))], 'pass'],
  ['the page answers after one 502', [http({}, answer(502)), http({}, answer(200))], 'flaky'],
  ['the page answers with 500 to the end', [http({}, answer(500)), http({}, answer(500))], 'fail'],
  ['an error page comes with status 200', [health(answer(200, '<html>Bad Gateway'))], 'fail'],
  ['health is 200, but says that it is not', [health(answer(200, '{"ok": false}'))], 'fail'],
  ['health is right', [health(ok)], 'pass'],
  ['the page redirects to a login', [http({}, answer(302, '', { location: '/login' }))], 'fail'],
  ['an unknown user’s page is 424, as it should', [http({ status: 424 }, answer(424))], 'pass'],
  ['an unknown user’s page is 200', [http({ status: 424 }, answer(200))], 'fail'],
  [
    'the badge is not an image',
    [http({ headers: { 'content-type': '^image/' } }, answer(200, '', { 'content-type': 'text/html' }))],
    'fail',
  ],
  ['the tester has no DNS', [http({}, none('ENOTFOUND', true)), http({}, none('ENOTFOUND', true))], 'inconclusive'],
  ['the tester’s DNS comes back', [http({}, none('EAI_AGAIN', true)), http({}, answer(200))], 'flaky'],
  [
    'the tester’s DNS goes away after an error of the service',
    [http({}, answer(503)), http({}, none('ENOTFOUND', true))],
    'fail',
  ],
  ['the connection is refused', [http({}, none('ECONNREFUSED', false))], 'fail'],
  ['the certificate has expired', [http({}, none('CERT_HAS_EXPIRED', false))], 'fail'],
  ['the service never answers in time', [http({}, none('no answer within 10 s', false))], 'fail'],
  ['the tester is rate limited to the end', [http({}, answer(429)), http({}, answer(429))], 'inconclusive'],
  ['the tester is rate limited for a while', [http({}, answer(429)), http({}, answer(200))], 'flaky'],
  [
    'two of three answers in a row are right when the time is over',
    [http({}, answer(200)), http({}, answer(200))],
    'inconclusive',
    { ...once, successThreshold: 3 },
  ],
  [
    'every other answer is wrong',
    [http({}, answer(200)), http({}, answer(503)), http({}, answer(200))],
    'fail',
    { ...once, successThreshold: 2 },
  ],
]

const versionSituations: Situation[] = [
  ['the old version answers', [version('1.0.0-n1.haaaaaaa')], 'fail'],
  ['the version is told by its commit', [version(`b${'b'.repeat(39)}`)], 'pass'],
  ['a version that only begins like the new one', [version('1.0.0-n2')], 'fail'],
  ['all pods are new', [rollout(webObjects())], 'pass', { ...once, patient: true }],
  [
    'old pods took their time to go',
    [rollout(webObjects({ more: [olderPod()] })), rollout(webObjects())],
    'pass',
    { ...once, patient: true },
  ],
  ['an old pod stays', [rollout(webObjects({ more: [olderPod()] }))], 'fail', { ...once, patient: true }],
]

const clusterSituations: Situation[] = [
  ['a pod restarted since the deploy', [kubernetes(webObjects({ container: { restartCount: 1 } }))], 'fail'],
  [
    'a warning is older than the deploy',
    [kubernetes(webObjects({ more: [warning('web-2-x', '2025-12-31T00:00:00Z')] }))],
    'pass',
  ],
  [
    'a user’s own pod has warnings',
    [kubernetes(webObjects({ more: [warning('jupyter-ada', '2026-01-01T11:00:00Z')] }))],
    'pass',
  ],
  [
    'nobody knows when it was deployed',
    [
      judgeKubernetes(written('kubernetes', { kubernetes: ['restarts'] }), {
        objects: webObjects(),
        release: 'hub',
        since: undefined,
      }),
    ],
    'inconclusive',
  ],
  ['the release has no workloads at all', [kubernetes([])], 'fail'],
  ['there are no metrics', [prometheus({ max: 1 }, { none: 'no data' })], 'inconclusive'],
  ['errors doubled since the deploy', [prometheus({ 'max-ratio': 1.5 }, [4], [2])], 'fail'],
  [
    'there are metrics, but none from before',
    [prometheus({ 'max-ratio': 1.5 }, [4], { none: 'no data' })],
    'inconclusive',
  ],
  ['the user’s own tests fail', [judgeCommand(1, '1 failed')], 'fail'],
  ['the user’s own tests do not end', [judgeCommand(undefined, '', 60_000)], 'fail'],
]

const launchSituations: Situation[] = [
  ['the launch is ready', [build('ready')], 'pass'],
  ['the build fails', [build('failure', 'pip exited 1')], 'fail'],
  ['a failure comes as HTTP 200', [build('failed', 'Internal Server Error', 500)], 'fail'],
  ['the builder crashed and gave no last event', [buildEnd('end', { phase: 'waiting', message: '' }, 1)], 'fail'],
  ['the connection is cut', [buildEnd('cut', { phase: 'pushing', message: '' }, 1)], 'fail'],
  ['the build never ends', [buildEnd('late', { phase: 'building', message: '' }, 480_000)], 'fail'],
  [
    'BinderHub limits the tester',
    [build('failed', 'Rate limit exceeded. Try again in 3600 seconds.', 429)],
    'inconclusive',
  ],
  [
    'the repository is launched too often just now',
    [build('failed', 'Too many users running it! Try again soon.')],
    'inconclusive',
  ],
  ['the second launch works', [build('failed', 'no room'), build('ready')], 'flaky'],
]

describe('what must not be taken for something else', () => {
  const all = [...httpSituations, ...versionSituations, ...clusterSituations, ...launchSituations]

  test.each(all)('%s: %3$s', (_, found, verdict, rule) => {
    expect(verdictOf(found, rule), found.map(({ came }) => came).join(', then ')).toBe(verdict)
  })

  test('is at least forty situations, each with its own words', () => {
    expect(new Set(all.map(([what]) => what)).size).toBeGreaterThanOrEqual(40)
  })
})

test.each<[string, (SmokeVerdict | undefined)[], SmokeVerdict]>([
  ['nothing was asked', [], 'inconclusive'],
  ['everything was skipped on this cluster', [undefined, undefined], 'inconclusive'],
  ['the old version answers, and nothing else was asked', ['fail', undefined], 'fail'],
  ['one of many is flaky', ['pass', 'flaky', 'pass', undefined], 'flaky'],
  ['one cannot tell, another is flaky', ['flaky', 'inconclusive'], 'inconclusive'],
  ['one fails, another cannot tell', ['inconclusive', 'fail', 'pass'], 'fail'],
  ['all pass', ['pass', 'pass', undefined], 'pass'],
])('as a whole, %s: %3$s', (_, verdicts, verdict) => {
  expect(worstVerdict(verdicts)).toBe(verdict)
})

test.each<[string, CheckFound['is'][], VerdictRule, boolean, SmokeVerdict | undefined]>([
  ['before the deadline it is asked again', ['wrong', 'unknown'], once, false, undefined],
  ['too few in a row are asked again', ['right'], { ...once, successThreshold: 2 }, false, undefined],
  ['a budget of none ends at the first', ['wrong'], { ...once, failureThreshold: 1 }, false, 'fail'],
  [
    'a budget that is spent on what nobody can tell',
    ['unknown', 'unknown'],
    { ...once, failureThreshold: 2 },
    false,
    'inconclusive',
  ],
  ['nothing came at all', [], once, true, 'inconclusive'],
])('%s', (_, tries, rule, over, verdict) => {
  expect(decideVerdict(tries, rule, over)).toBe(verdict)
})
