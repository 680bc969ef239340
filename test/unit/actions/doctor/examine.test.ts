import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { mayBypass } from '../../../../actions/doctor/bypass.js'
import type { SettingCheck } from '../../../../actions/doctor/check.js'
import { describeSettings } from '../../../../actions/doctor/describe.js'
import { examineFacts } from '../../../../actions/doctor/examine.js'
import type { AppInstallation, DoctorFacts, EnvironmentSettings, Workflow } from '../../../../actions/doctor/facts.js'
import { workflowFiles } from '../../../../actions/doctor/files.js'
import { appPermissions } from '../../../../actions/doctor/permissions.js'
import { rehearsalAppPermissions as rehearsed } from '../../../../rehearsal/fixtures/names.js'
import type { MergeMethodName } from '../../../../shared/github/merge-methods.js'
import { healthy, installed, owners, policy, rule, upstream, workflow } from '../../../fixtures/healthy-doctor-facts.js'

const notOk = (facts: Partial<DoctorFacts>): SettingCheck[] =>
  examineFacts({ ...healthy, ...facts }).filter(({ state }) => state !== 'ok')

test('what is as docs/adopting.md has it is in force', () => {
  expect(notOk({})).toEqual([])
})

test('without look-again.yml the doctor says what is missed, whatever the policy merges', () => {
  const present = 'value' in healthy.workflows ? healthy.workflows.value : []
  const workflows = { value: present.filter(({ path }) => !path.endsWith('/look-again.yml')) }
  const window = { days: ['mon' as const], hours: undefined }
  const waits = {
    ...policy,
    merge: { ...policy.merge, bump: 'auto' as const },
    deployQueue: { ...policy.deployQueue, window },
  }
  for (const one of [policy, waits]) {
    expect(notOk({ workflows, policy: one }).map(({ says }) => says)).toEqual([
      expect.stringMatching(/look-again\.yml is missing.*merge window/),
    ])
  }
})

test('the tables are those of the examples and of the rehearsal', async () => {
  const there = await readdir('workflows-examples/deploy-repo/.github/workflows')
  expect(Object.keys(workflowFiles).toSorted()).toEqual(there.toSorted())
  expect(appPermissions).toEqual(rehearsed)
})

test.each<[string, EnvironmentSettings | undefined]>([
  ['It does not exist', undefined],
  ['Every branch may', { admits: 'any' }],
  ['Every branch with protection may', { admits: 'protected' }],
  ['main, release/* may', { admits: { branches: ['main', 'release/*'], tags: [] } }],
  ['main, the tag v* may', { admits: { branches: ['main'], tags: ['v*'] } }],
  ['Nobody may', { admits: { branches: [], tags: [] } }],
])('an environment is for the default branch alone: %s', (says, environment) => {
  const [found, ...others] = notOk({ environments: [{ name: 'staging', found: { value: environment } }] })
  expect(others).toEqual([])
  expect(found).toMatchObject({ about: 'Environment staging', state: 'wrong' })
  expect(found?.says).toContain(says)
  expect(found?.fix).not.toBe('')
})

test.each<[string, AppInstallation | 'refused' | undefined]>([
  ['It is not installed there.', undefined],
  ['GitHub does not accept the key', 'refused'],
  ['Its installation is suspended.', { ...installed(appPermissions.gate).value, suspended: true }],
  [
    'It lacks checks: write, statuses: write: the App requests it, but no owner has accepted it yet.',
    installed({ ...appPermissions.gate, checks: 'read', statuses: 'none' }).value,
  ],
  ['more permissions than it needs: members: write.', installed({ ...appPermissions.gate, members: 'write' }).value],
  [
    'more permissions than it needs: administration: read.',
    installed({ ...appPermissions.gate, administration: 'read' }).value,
  ],
])('an App: %s', (says, value) => {
  const [found, ...others] = notOk({ installations: [{ app: 'gate', repo: 'acme/deploy', found: { value } }] })
  expect(others).toEqual([])
  expect(found?.says).toContain(says)
})

test('seeing the members is needed only where the operators are a team', () => {
  const { members: _, ...without } = appPermissions.gate
  const installations: DoctorFacts['installations'] = [{ app: 'gate', repo: 'acme/deploy', found: installed(without) }]
  expect(notOk({ installations })).toEqual([])
  const team = { ...policy, operators: { team: 'acme/ops' } }
  expect(notOk({ installations, policy: team }).map(({ says }) => says)).toEqual([
    expect.stringContaining('It lacks members: read:'),
  ])
})

test.each([
  ['* @olga\n', true],
  ['.github/ @olga\n', true],
  ['.github @olga # all of it\n', true],
  ['/.github/** @olga\n', true],
  ['**/deploy-policy.yml @olga\n.github/workflows @olga\nCODEOWNERS @olga\n', true],
  [`${owners}*.yml\n`, false],
  ['# * @olga\n', false],
  ['/.github/workflows/ @olga\n', false],
  ['/github/ @olga\n', false],
  ['', false],
])('owners by the last line that matches: %j', (text, well) => {
  expect(notOk({ codeOwners: { value: text } }).length === 0).toBe(well)
})

test.each([
  ['group: lockstep-deploy', 'concurrency: lockstep-deploy\n'],
  ['no queue', 'concurrency: { group: lockstep-deploy }\n'],
  ['cancelled by the next', 'concurrency: { group: lockstep-deploy, queue: max, cancel-in-progress: true }\n'],
])('a deploy that can be dropped from the queue is told: %s', (_, text) => {
  const adopt = workflow('other.yml', text)
  const value = 'value' in healthy.workflows ? [...healthy.workflows.value, adopt] : []
  expect(notOk({ workflows: { value } }).map(({ says }) => says)).toEqual([
    '.github/workflows/other.yml: not in the concurrency group "lockstep-deploy", or dropped while waiting in it.',
  ])
})

test('a workflow that only another branch has, or that GitHub switched off, is told', () => {
  const value = ('value' in healthy.workflows ? healthy.workflows.value : []).map((one) => ({
    ...one,
    ...(one.path.endsWith('/watch.yml') ? { state: 'disabled_inactivity' } : {}),
    text: one.path.endsWith('/holds.yml') ? undefined : one.text,
  }))
  expect(notOk({ workflows: { value } }).map(({ says }) => says)).toEqual([
    expect.stringMatching(/^holds\.yml is missing \(.+\)\.$/),
    expect.stringMatching(/^watch\.yml is disabled by GitHub, after 60 days without a commit \(.+\)\.$/),
  ])
})

test('labels that are missing come with the command', () => {
  expect(notOk({ labels: { value: ['deploy-blocked-version'] } })).toMatchObject([
    { state: 'wrong', fix: 'gh label create deploy-freeze' },
  ])
})

test('what cannot be seen is neither well nor wrong, and says where to look', () => {
  const unseen = { unseen: 'GitHub answers 403.' }
  const checks = notOk({ rules: unseen, labels: unseen, codeOwners: unseen, unsaid: unseen })
  expect(new Set(checks.map(({ state }) => state))).toEqual(new Set(['unseen']))
  expect(checks).toHaveLength(9)
  for (const { fix, says } of checks) {
    expect(fix).toMatch(/^Check /)
    expect(says).toBe(unseen.unseen)
  }
})

test('the summary begins with what is wrong, and strangers names in it stay text', () => {
  const bypassers = { value: [{ type: 'Team @evil <b>', id: undefined }] }
  const text = describeSettings(examineFacts({ ...healthy, bypassers, labels: { unseen: 'No.' } }))
  const titles = [...text.matchAll(/^### (.+)$/gm)].map(([, title]) => title)
  expect(titles).toEqual([
    'To fix (1)',
    'Cannot be checked from here: check once by hand (1)',
    expect.stringMatching(/^In force/),
  ])
  expect(text).not.toContain('@evil')
  expect(text).not.toContain('<b>')
})

test.each<[string, DoctorFacts['classic'], SettingCheck['state']]>([
  ['approvals', { value: { approvals: 1, codeOwners: false } }, 'wrong'],
  ["code owners' reviews", { value: { approvals: 0, codeOwners: true } }, 'wrong'],
  ['what nobody shows', { unseen: 'No.' }, 'unseen'],
])('classic branch protection that asks for %s is told', (_, classic, state) => {
  expect(notOk({ classic })).toMatchObject([{ about: 'Classic protection requires no approvals', state }])
})

test('classic branch protection that asks for no approval is well', () => {
  expect(notOk({ classic: { value: { approvals: 0, codeOwners: false } } })).toEqual([])
})

test('of a private repository the plan is told unless rules are in force there', () => {
  expect(notOk({ private: { value: true } })).toEqual([])
  const about = 'The plan has rulesets and environments'
  for (const rules of [{ value: [] }, { unseen: 'Upgrade to GitHub Pro or make this repository public.' }]) {
    expect(notOk({ private: { value: true }, rules })).toContainEqual(
      expect.objectContaining({ about, state: 'unseen' }),
    )
    expect(notOk({ rules }).map((one) => one.about)).not.toContain(about)
  }
})

test('where Dependabot is on, it is told what it cannot deploy', () => {
  const [told] = examineFacts({ ...healthy, dependabot: { value: true } }).filter(({ says }) =>
    says.includes('dependabot[bot]'),
  )
  expect(told?.state).toBe('ok')
})

const list = (...some: [string, number?][]) => ({ value: some.map(([type, id]) => ({ type, id })) })
const never = { value: false }
const hidden = { unseen: 'GitHub shows it only to people who may change it.' }

test.each<[string, Parameters<typeof mayBypass>[1], Parameters<typeof mayBypass>[2], DoctorFacts['bypass']['gate']]>([
  ['GitHub tells the App', { value: true }, hidden, { value: true }],
  ['the list has it', never, list(['Team', 3], ['Integration', 11]), { value: true }],
  ['the list has others', never, list(['Integration', 12], ['Team', 11]), { value: false }],
  ['the list is empty', never, list(), { value: false }],
  ['the two differ', { value: true }, list(), { value: true }],
  [
    'the App is not told, and the list is hidden',
    never,
    hidden,
    { unseen: expect.stringContaining('for people only') },
  ],
  ['the App cannot ask, and is listed', hidden, list(['Integration', 11]), { value: true }],
  ['the App cannot ask, and is not listed', hidden, list(), hidden],
])('whether an App may pass the rulesets by: %s', (_, told, bypassers, may) => {
  expect(mayBypass(11, told, bypassers)).toEqual(may)
})

test('a merge queue is refused with the reason, and so is an environment that would let its runs in', () => {
  const rules = { value: [...(healthy.rules as { value: never[] }).value, { ...rule, type: 'merge_queue' }] }
  const [check, ...others] = notOk({ rules })
  expect(others).toEqual([])
  expect(check).toMatchObject({ about: 'No merge queue', state: 'wrong' })
  expect(check?.says).toContain("must never get the gate's key")
  expect(check?.fix).toContain('Require merge queue')
  for (const pattern of ['gh-readonly-queue/**', 'gh-readonly-queue/main/*', '**/*']) {
    const open: EnvironmentSettings = { admits: { branches: ['main', pattern], tags: [] } }
    const [found] = notOk({ environments: [{ name: 'lockstep', found: { value: open } }] })
    expect([pattern, found?.state, found?.says.includes('merge queue')]).toEqual([pattern, 'wrong', true])
  }
})

const ways = (methods: MergeMethodName[], ...lists: MergeMethodName[][]): Partial<DoctorFacts> => ({
  merging: { value: { methods, auto: false } },
  rules: {
    value: [
      ...('value' in healthy.rules ? healthy.rules.value : []),
      ...lists.map((allowed) => ({ ...rule, type: 'pull_request', methods: allowed })),
    ],
  },
})

test.each<[string, Partial<DoctorFacts>]>([
  ['Allowed: merge commits, squashing, rebasing.', ways(['merge', 'squash', 'rebase'])],
  ['Allowed: squashing.', ways(['merge', 'squash'], ['squash', 'rebase'])],
  ['Allowed: merge commits.', ways(['merge'], ['merge', 'squash'], ['rebase', 'merge'])],
  ['allow no merge method', ways(['merge', 'squash'], ['merge'], ['squash'])],
  ['allow no merge method', ways([])],
  ['Only rebasing is allowed', ways(['merge', 'rebase'], ['rebase'])],
])('what settings and rulesets leave of the ways to merge: %s', (says, facts) => {
  const [found] = examineFacts({ ...healthy, ...facts }).filter(({ about }) => about === 'A merge method is allowed')
  expect(found?.says).toContain(says)
})

test('where settings or rulesets cannot be seen, neither can what they leave', () => {
  const unseen = { unseen: 'GitHub answers 403.' }
  for (const facts of [{ merging: unseen }, { rules: unseen }]) {
    const [found] = examineFacts({ ...healthy, ...facts }).filter(({ about }) => about === 'A merge method is allowed')
    expect(found?.state).toBe('unseen')
  }
})

test('a permission that nobody has accepted yet names the page where an owner does', () => {
  const { statuses: _, ...less } = appPermissions.gate
  const found: DoctorFacts['installations'][number]['found'] = installed(less)
  const [check] = notOk({ installations: [{ app: 'gate', repo: 'acme/deploy', found }] })
  expect(check?.fix).toContain('https://github.com/organizations/acme/settings/installations/7')
  // What the App asks for may be hidden: then it is told what it lacks, and both ways out.
  const selves = { ...healthy.selves, gate: { unseen: 'No.' } }
  const [lacks] = notOk({ installations: [{ app: 'gate', repo: 'acme/deploy', found }], selves })
  expect(lacks).toMatchObject({ finding: 'app-lacks-permission', says: 'It lacks statuses: write.' })
})

test('bumps that shall merge by themselves need auto-merge and the way that is asked for', () => {
  const text = 'jobs: { a: { steps: [{ uses: my/lockstep/actions/open-bump-pr@v1, with: { auto-merge: squash } }] } }'
  const [queueWorkflow, bump] = 'value' in upstream.workflows ? upstream.workflows.value : []
  const upstreams = [{ ...upstream, workflows: { value: [queueWorkflow, { ...bump, text }] as Workflow[] } }]
  const about = 'Auto-merge of bumps is allowed'
  const found = (methods: MergeMethodName[], auto: boolean) =>
    examineFacts({ ...healthy, upstreams, merging: { value: { methods, auto } } }).find((one) => one.about === about)
  expect(found(['squash'], true)?.state).toBe('ok')
  expect(found(['squash'], false)).toMatchObject({ state: 'warning', finding: 'auto-merge-off' })
  expect(found(['merge'], true)?.says).toContain('.github/workflows/open-bump-pr.yml of acme/hub (squash)')
  expect(examineFacts(healthy).map((one) => one.about)).not.toContain(about)
})
