import { expect, test } from 'vitest'
import { examineFacts } from '../../../../actions/doctor/examine.js'
import type { DoctorFacts, Upstream, Workflow } from '../../../../actions/doctor/facts.js'
import { doctorFindings, type FindingId } from '../../../../actions/doctor/findings.js'
import { appPermissions } from '../../../../actions/doctor/permissions.js'
import {
  healthy,
  installed,
  now,
  required,
  reverting,
  rule,
  upstream,
  workflow,
} from '../../../fixtures/healthy-doctor-facts.js'

const told = <T>(seen: { value: T } | { unseen: string }): T => {
  if ('unseen' in seen) throw new Error(seen.unseen)
  return seen.value
}
const rules = told(healthy.rules)
const workflows = told(healthy.workflows)
const change = (name: string, to: Partial<Workflow>): Pick<DoctorFacts, 'workflows'> => ({
  workflows: { value: workflows.map((one) => (one.path.endsWith(`/${name}`) ? { ...one, ...to } : one)) },
})
const there = (to: Partial<Upstream>, of = upstream): Pick<DoctorFacts, 'upstreams'> => ({
  upstreams: [{ ...of, ...to }],
})
const gate = (found: DoctorFacts['installations'][number]['found']): Pick<DoctorFacts, 'installations'> => ({
  installations: [{ app: 'gate', repo: 'acme/deploy', found }],
})
const { statuses: _, ...less } = appPermissions.gate
const selves = (permissions: Record<string, string>): Pick<DoctorFacts, 'selves'> => ({
  selves: { ...healthy.selves, gate: { value: { ...(told(healthy.selves.gate) as object), permissions } as never } },
})
const twoDaysAgo = new Date(now.getTime() - 48 * 3_600_000).toISOString()
const quarterly = 'on:\n  schedule: [{ cron: "*/15 * * * *" }]\n'
const queueFile = told(upstream.workflows)[0]
if (!queueFile) throw new Error('There is no workflow')
const auto = 'jobs: { a: { steps: [{ uses: my/lockstep/actions/open-bump-pr@v1, with: { auto-merge: squash } }] } }'

/** What is different from a healthy place, for each finding. */
const provoked: Record<FindingId, Partial<DoctorFacts>> = {
  'gate-not-required': { rules: { value: rules.filter(({ checks }) => checks.length === 0) } },
  'gate-from-any-source': {
    rules: { value: [...rules.filter(({ checks }) => checks.length === 0), required('lockstep / gate')] },
  },
  'direct-pushes': { rules: { value: rules.filter(({ type }) => type !== 'pull_request') } },
  'approvals-required': { rules: { value: [...rules, { ...rule, type: 'pull_request', approvals: 1 }] } },
  'classic-approvals': { classic: { value: { approvals: 1, codeOwners: false } } },
  'branch-not-kept': { rules: { value: rules.filter(({ type }) => type !== 'deletion') } },
  'merge-queue': { rules: { value: [...rules, { ...rule, type: 'merge_queue' }] } },
  'no-merge-method': {
    merging: { value: { methods: ['squash'], auto: false } },
    rules: { value: [...rules, { ...rule, type: 'pull_request', methods: ['merge'] }] },
  },
  'only-rebase': {
    merging: { value: { methods: ['merge', 'rebase'], auto: false } },
    rules: { value: [...rules, { ...rule, type: 'required_linear_history' }] },
  },
  'auto-merge-off': there({ workflows: { value: [queueFile, workflow('bump.yml', auto)] } }),
  'app-bypasses': { bypass: { ...healthy.bypass, bump: { value: true } } },
  'somebody-bypasses': { bypassers: { value: [{ type: 'Team', id: 5 }] } },
  'environment-missing': { environments: [{ name: 'staging', found: { value: undefined } }] },
  'environment-open': { environments: [{ name: 'staging', found: { value: { admits: 'any' } } }] },
  'exposed-secrets': { keysOutside: { value: ['KUBECONFIG'] } },
  'jobs-may-write': { unsaid: { value: 'write' } },
  'app-not-installed': gate({ value: undefined }),
  'app-key-refused': gate({ value: 'refused' }),
  'app-suspended': gate({ value: { ...installed(appPermissions.gate).value, suspended: true } }),
  'app-lacks-permission': { ...gate(installed(less)), ...selves(less) },
  'permission-not-accepted': gate(installed(less)),
  'app-may-too-much': gate(installed({ ...appPermissions.gate, secrets: 'read' })),
  'app-asks-too-much': selves({ ...appPermissions.gate, secrets: 'read' }),
  'device-flow-on': { deviceFlows: { ...healthy.deviceFlows, gate: { value: 'on' } } },
  'bump-app-not-upstream': {
    upstreams: [reverting],
    installations: [{ app: 'bump', repo: 'acme/hub', found: { value: undefined } }],
  },
  'bot-number-wrong': { bots: { ...healthy.bots, gate: { value: { id: 5, login: 'lockstep-gate[bot]' } } } },
  'workflow-missing': change('gate.yml', { text: undefined }),
  'workflow-off': change('gate.yml', { state: 'disabled_inactivity' }),
  'schedule-silent': change('look-again.yml', { text: quarterly, scheduled: { value: twoDaysAgo } }),
  'deploys-not-queued': change('deploy.yml', { text: '' }),
  'no-code-owners': { codeOwners: { value: undefined } },
  'too-few-operators': { operators: { value: 1 } },
  'label-missing': { labels: { value: ['deploy-blocked-version'] } },
  'queue-not-required': there({ rules: { value: [] } }),
  'upstream-workflow-missing': there({ workflows: { value: [queueFile] } }),
  'upstream-workflow-off': there({
    workflows: { value: told(upstream.workflows).map((one) => ({ ...one, state: 'disabled_manually' })) },
  }),
  'upstream-schedule-silent': there({
    workflows: {
      value: told(upstream.workflows).map((one) => ({ ...one, text: `${one.text}${quarterly}` })),
    },
  }),
  'gate-bot-unknown-upstream': there({ gateBot: { value: undefined } }, reverting),
}

const found = (facts: Partial<DoctorFacts>): (FindingId | undefined)[] =>
  examineFacts({ ...healthy, ...facts }).flatMap(({ finding, state }) => (state === 'ok' ? [] : [finding]))

test('a healthy place has no finding, also where reverts are asked for by pull requests', () => {
  expect(found({})).toEqual([])
  const bump = { app: 'bump' as const, repo: 'acme/hub', found: installed(appPermissions.bump) }
  expect(found({ upstreams: [reverting], installations: [...healthy.installations, bump] })).toEqual([])
})

test('the table of findings and what provokes them name the same', () => {
  expect(Object.keys(provoked).toSorted()).toEqual(Object.keys(doctorFindings).toSorted())
})

test.each(Object.keys(doctorFindings) as FindingId[])('%s is found where it is so, and nothing else is', (id) => {
  const checks = examineFacts({ ...healthy, ...provoked[id] }).filter(({ state }) => state !== 'ok')
  expect(checks.map(({ finding }) => finding)).toEqual([id])
  const [check] = checks
  expect(check?.state).toBe(doctorFindings[id].severity)
  expect(check?.says).not.toBe('')
  expect(check?.fix).not.toBe('')
})
