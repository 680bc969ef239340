import { readdir } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { definition } from '../../actions/doctor/io.js'
import { examineSetup } from '../../actions/doctor/run.js'
import { appNumbers, rehearsalAppPermissions, repoNames } from '../../rehearsal/fixtures/names.js'
import type { RepositorySettings } from '../../rehearsal/github/types.js'
import { type DoctorSetup, startDoctorSetup } from '../fixtures/doctor-setup.js'
import { runInProcess } from '../fixtures/run-in-process.js'
import { startAction } from '../fixtures/start-action.js'

let setup: DoctorSetup

beforeAll(async () => {
  setup = await startDoctorSetup()
})
afterAll(() => setup[Symbol.asyncDispose]())
afterEach(() => setup.restore())

const doctor = async (inputs?: Record<string, string>) =>
  runInProcess(definition, examineSetup, await setup.start(inputs))

/** What is not known to be well, by name. */
const notOk = ({ result }: Awaited<ReturnType<typeof doctor>>): string[] =>
  result.evidence.filter(({ ok }) => !ok).map(({ kind }) => kind)

test('the world as the rehearsal builds it is healthy, to the committed bundle', async () => {
  const { code, outputs, result, summary } = await startAction('doctor', await setup.start())

  expect(result.evidence.filter(({ ok }) => !ok)).toEqual([])
  expect([code, outputs.conclusion, result.decision, result.reason]).toEqual([0, 'success', 'success', 'ok'])
  expect(result.message).toBe('42 settings are in force, 0 are not, 0 cannot be checked from here.')
  expect(summary).toContain('### In force (42)')
  expect(summary).not.toContain('To fix')
})

test('what it was given no key for is said to be unseen, with where to look, and fails nothing', async () => {
  const seen = await doctor({ 'app-key': '', 'bump-key': '', 'settings-token': '', 'exposed-secrets': '' })

  expect([seen.code, seen.outputs.conclusion]).toEqual([0, 'success'])
  expect(notOk(seen)).toEqual([
    'The gate App cannot bypass the ruleset',
    'The bump App cannot bypass the ruleset',
    'Nobody is on the bypass list',
    'Keys are stored only in environments',
    'Jobs may only read by default',
    ...['jupiter/deploy', 'jupiter/hub', 'jupiter/builder'].map((repo) => `The gate App on ${repo}`),
    'The bump App on jupiter/deploy',
    'The device flow of the gate App is off',
    'The device flow of the bump App is off',
    'The policy has the bot of the gate App',
    'The policy has the bot of the bump App',
  ])
  expect(seen.summary).toContain('check once by hand (13)')
  expect(seen.summary).toContain('Settings, Actions, General, Workflow permissions')
})

type Break = (setup: DoctorSetup, settings: RepositorySettings) => unknown

const environment = (name: string, change: { branches: string[] } | undefined): Break => {
  return (_, { environments }) => {
    const present = environments.get(name)
    if (change && present) environments.set(name, { ...present, ...change })
    else environments.delete(name)
  }
}
const file =
  (path: string, change: (text: string) => string | null): Break =>
  async ({ commit, read }) =>
    commit({ [path]: change(await read(path)) })
const upstream =
  (requiredCheck: { name: string; appId?: number } | undefined): Break =>
  ({ github }) => {
    const settings = github.repository(repoNames.hub)
    if (requiredCheck) settings.requiredCheck = requiredCheck
    else delete settings.requiredCheck
  }
const workflow = (name: string): string => `.github/workflows/${name}`
const check = { name: 'lockstep / gate', appId: appNumbers.gate }
const gateRequired = 'The gate is required'

test.each<[string, string[], Break, Record<string, string>?]>([
  ['no ruleset', [gateRequired, 'Changes need a pull request', 'main is protected'], (_, s) => delete s.requiredCheck],
  ['another check required', [gateRequired], (_, s) => Object.assign(s, { requiredCheck: { ...check, name: 'ci' } })],
  ['any source', [gateRequired], (_, s) => Object.assign(s, { requiredCheck: { name: check.name } })],
  ['another App as source', [gateRequired], (_, s) => Object.assign(s, { requiredCheck: { ...check, appId: 15368 } })],
  ['direct pushes', ['Changes need a pull request'], (_, s) => Object.assign(s, { pullsOnly: false })],
  [
    'an approval for all, the classic way',
    ['Classic protection requires no approvals'],
    (_, s) => Object.assign(s, { classicProtection: { approvals: 1, checks: [] } }),
  ],
  ['an approval for all', ['Bumps need no approval'], (_, s) => Object.assign(s, { reviewRequired: true })],
  [
    'the gate App may bypass',
    ['The gate App cannot bypass the ruleset', 'Nobody is on the bypass list'],
    (_, s) => Object.assign(s, { bypassApps: [appNumbers.gate] }),
  ],
  [
    'the bump App may bypass',
    ['The bump App cannot bypass the ruleset', 'Nobody is on the bypass list'],
    (_, s) => Object.assign(s, { bypassApps: [appNumbers.bump] }),
  ],
  ['admins may bypass', ['Nobody is on the bypass list'], (_, s) => Object.assign(s, { adminsMayBypass: true })],
  ["no environment for the gate's key", ['Environment lockstep'], environment('lockstep', undefined)],
  ["no environment for a cluster's key", ['Environment berlin'], environment('berlin', undefined)],
  ['an environment for all branches', ['Environment berlin'], environment('berlin', { branches: [] })],
  ['an environment for one more', ['Environment lockstep'], environment('lockstep', { branches: ['main', 'x'] })],
  ['an environment for patterns', ['Environment lockstep'], environment('lockstep', { branches: ['*'] })],
  ['a merge queue', ['No merge queue'], (_, s) => Object.assign(s, { mergeQueue: true })],
  [
    'an environment for a merge queue',
    ['Environment lockstep'],
    environment('lockstep', { branches: ['main', 'gh-readonly-queue/**'] }),
  ],
  ['a repository secret', ['Keys are stored only in environments'], () => {}, { 'exposed-secrets': 'none KUBECONFIG' }],
  [
    'tokens that write',
    ['Jobs may only read by default'],
    (_, s) => Object.assign(s, { defaultWorkflowPermissions: 'write' }),
  ],
  [
    'a workflow switched off',
    ['Workflows are enabled'],
    (_, s) => Object.assign(s, { disabledWorkflows: [workflow('holds.yml')] }),
  ],
  ['a workflow missing', ['All workflows exist'], file(workflow('settle.yml'), () => null)],
  [
    'a queue that drops',
    ['Deploys run one at a time'],
    file(workflow('adopt.yml'), (t) => t.replace('queue: max', '')),
  ],
  [
    'a deploy outside the queue',
    ['Deploys run one at a time'],
    file(workflow('deploy.yml'), (text) => text.replace('lockstep-deploy', 'own')),
  ],
  ['no CODEOWNERS', ['Policy and workflows have code owners'], file('.github/CODEOWNERS', () => null)],
  [
    'owners taken away again',
    ['Policy and workflows have code owners'],
    file('.github/CODEOWNERS', (text) => `${text}gate.yml\n`),
  ],
  [
    'one operator',
    ['Operators are known'],
    file('.github/deploy-policy.yml', (text) => text.replace('[olga, otto]', '[olga]')),
  ],
  [
    'a team that cannot be seen',
    ['Operators are known'],
    file('.github/deploy-policy.yml', (text) => text.replace('[olga, otto]', '"@jupiter/ops"')),
  ],
  ['the queue not required upstream', ['jupiter/hub: the deploy queue is required'], upstream(undefined)],
  [
    'the queue from one source',
    ['jupiter/hub: the deploy queue is required'],
    upstream({ name: 'lockstep / queue', appId: appNumbers.gate }),
  ],
  [
    'an App with too little',
    ['The gate App on jupiter/deploy', 'The gate App on jupiter/hub', 'The gate App on jupiter/builder'],
    ({ github }) => {
      const { statuses: _, ...less } = rehearsalAppPermissions.gate
      for (const repo of [repoNames.deploy, repoNames.hub, repoNames.builder])
        github.install(appNumbers.gate, repo, less)
    },
  ],
  [
    'an App with too much',
    ['The bump App on jupiter/deploy'],
    ({ github }) =>
      github.install(appNumbers.bump, repoNames.deploy, { ...rehearsalAppPermissions.bump, workflows: 'write' }),
  ],
  [
    'a permission that nobody has accepted',
    ['The bump App on jupiter/deploy'],
    ({ github }) => {
      const { issues: _, ...less } = rehearsalAppPermissions.bump
      github.install(appNumbers.bump, repoNames.deploy, less)
    },
  ],
  [
    'a suspended App',
    // It cannot be asked either whether it may bypass.
    ['The bump App cannot bypass the ruleset', 'The bump App on jupiter/deploy'],
    ({ github }) => github.suspend(appNumbers.bump, repoNames.deploy, true),
  ],
  [
    'an App that people can sign in to from a device',
    ['The device flow of the gate App is off'],
    ({ github }) => github.changeApp(appNumbers.gate, { deviceFlow: true }),
  ],
  ['no way to merge', ['A merge method is allowed'], (_, s) => Object.assign(s, { mergeMethods: [] })],
  [
    'settings and rulesets that contradict each other',
    ['A merge method is allowed'],
    (_, s) => Object.assign(s, { mergeMethods: ['squash'], rulesetMergeMethods: ['merge', 'rebase'] }),
  ],
  [
    'a workflow that GitHub switched off',
    ['Workflows are enabled'],
    (_, s) => Object.assign(s, { disabledWorkflows: [workflow('look-again.yml')], disabledAs: 'disabled_inactivity' }),
  ],
  [
    'a workflow switched off upstream',
    ['jupiter/hub: workflows are enabled'],
    ({ github }) => Object.assign(github.repository(repoNames.hub), { disabledWorkflows: [workflow('lane.yml')] }),
  ],
  [
    "another App's key",
    [
      'The bump App cannot bypass the ruleset',
      'The bump App on jupiter/deploy',
      'The device flow of the bump App is off',
      'The policy has the bot of the bump App',
    ],
    () => {},
    { 'bump-key': 'gate' },
  ],
])('%s is told, and nothing else is', async (_, told, breakIt, inputs = {}) => {
  await breakIt(setup, setup.github.repository(repoNames.deploy))
  const given = await setup.start()
  const seen = await doctor(inputs['bump-key'] ? { 'bump-key': given.inputs['app-key'] ?? '' } : inputs)

  expect(notOk(seen)).toEqual(told)
  const unseen = seen.code === 0
  expect(unseen).toBe(told.join() === 'Operators are known' && seen.log.includes('look  Operators are known'))
  if (unseen) return
  expect([seen.outputs.conclusion, seen.result.decision, seen.result.reason]).toEqual([
    'failure',
    'failure',
    'misconfigured',
  ])
  // Every problem comes with what to do.
  expect(seen.log).toMatch(new RegExp(`${told.at(-1)}: .+\\n {2}.+`))
})

/** The states of some checks. */
const states = ({ log }: Awaited<ReturnType<typeof doctor>>, ...about: string[]): string[] =>
  about.map((one) => new RegExp(`^(\\w+) +${one}: `, 'm').exec(log)?.[1] ?? 'none')

const onNoList = [
  'The gate App cannot bypass the ruleset',
  'The bump App cannot bypass the ruleset',
  'Nobody is on the bypass list',
]

// C26, C27: whichever way GitHub answers, a list that cannot be seen is never empty, and "never" proves nothing.
describe.each(['absent', 'null'] as const)('a bypass list that is hidden as %s', (hiddenBypassList) => {
  describe.each(['own', 'absent', 'never'] as const)('and an App that is told %s', (bypassToldToApps) => {
    test('is told by who may see it, and otherwise to be looked at', async () => {
      Object.assign(setup.github.openRows, { hiddenBypassList, bypassToldToApps })
      expect(states(await doctor(), ...onNoList)).toEqual(['ok', 'ok', 'ok'])
      expect(states(await doctor({ 'settings-token': '' }), ...onNoList)).toEqual(['look', 'look', 'look'])

      setup.github.repository(repoNames.deploy).bypassApps = [appNumbers.bump]
      expect(states(await doctor(), ...onNoList)).toEqual(['ok', 'WRONG', 'WRONG'])
      const bump = bypassToldToApps === 'own' ? 'WRONG' : 'look'
      expect(states(await doctor({ 'settings-token': '' }), ...onNoList)).toEqual(['look', bump, 'look'])
    })
  })
})

// C28
test.each(['absent', 'null'] as const)('a check from any source is one, told as %s', async (anySource) => {
  setup.github.openRows.anySource = anySource
  const about = ['jupiter/hub: the deploy queue is required', 'The gate is required']
  expect(states(await doctor(), ...about)).toEqual(['ok', 'ok'])

  setup.github.repository(repoNames.deploy).requiredCheck = { name: check.name }
  expect(states(await doctor(), ...about)).toEqual(['ok', 'WRONG'])
})

// C32
test.each([false, true])('classic protection is never taken for none: rulesets shown as such %s', async (shown) => {
  setup.github.openRows.rulesetsShownAsProtection = shown
  const about = 'Classic protection requires no approvals'
  expect(states(await doctor(), about)).toEqual(['ok'])
  expect(states(await doctor({ 'settings-token': '' }), about)).toEqual([shown ? 'look' : 'ok'])

  setup.github.repository(repoNames.deploy).classicProtection = { approvals: 1, checks: ['ci'] }
  expect(states(await doctor(), about)).toEqual(['WRONG'])
  expect(states(await doctor({ 'settings-token': '' }), about)).toEqual(['look'])
})

test('a private repository with rules in force is well', async () => {
  setup.github.repository(repoNames.deploy).private = true
  expect(states(await doctor(), 'The plan has rulesets and environments')).toEqual(['ok'])
})

test('an Enterprise Server is refused before anything is asked', async () => {
  const start = await setup.start()
  const before = setup.github.requests.length
  const elsewhere = { ...start.env, GITHUB_SERVER_URL: 'https://github.example.com' }
  const { code, result } = await startAction('doctor', { ...start, env: elsewhere })
  expect([code, result.decision, result.reason]).toEqual([1, 'refused', 'unsupported-github'])
  expect(setup.github.requests.length).toBe(before)
})

const policyPath = '.github/deploy-policy.yml'
const appsLine = 'apps: { gate: { id: 1001, bot: 90001001 }, bump: { id: 1002, bot: 90001002 } }'

test("a wrong number of an App's bot is told with the line to write, which a new name of the App does not change", async () => {
  setup.github.renameApp(appNumbers.gate, 'gatekeeper')
  const text = await setup.read(policyPath)
  await setup.commit({ [policyPath]: text.replace('bot: 90001001', 'bot: 90001009') })
  const seen = await doctor()

  expect(notOk(seen)).toEqual(['The policy has the bot of the gate App'])
  expect(seen.log).toContain('The policy has 90001009, but gatekeeper[bot] is 90001001.')
  expect(seen.log).toContain(`In ${policyPath} write: gate: { id: 1001, bot: 90001001 }`)

  await setup.commit({ [policyPath]: text })
  expect(notOk(await doctor())).toEqual([])
})

test.each([
  ['as it was written before', 'apps: { gate: 1001, bump: 1002 }'],
  ['without the number', 'apps: { gate: { id: 1001 }, bump: { id: 1002, bot: 90001002 } }'],
  ["with the bot's name", 'apps: { gate: { id: 1001, bot: "lockstep-gate[bot]" }, bump: { id: 1002, bot: 90001002 } }'],
])('a policy %s is told with the line as it has to be', async (_, written) => {
  const text = await setup.read(policyPath)
  await setup.commit({ [policyPath]: text.replace(appsLine, written) })
  const seen = await doctor()

  expect([seen.code, seen.result.reason]).toEqual([1, 'policy-invalid'])
  expect(seen.log).toContain(`In ${policyPath} write: ${appsLine}`)
})

test('without the keys the line says what is not known, and how to find it', async () => {
  const text = await setup.read(policyPath)
  await setup.commit({ [policyPath]: text.replace(appsLine, 'apps: { gate: 1001, bump: 1002 }') })
  const seen = await doctor({ 'app-key': '', 'bump-key': '' })

  expect(seen.log).toContain('apps: { gate: { id: 1001, bot: NUMBER }, bump: { id: 1002, bot: NUMBER } }')
  expect(seen.log).toContain("gh api '/users/SLUG[bot]' --jq .id")
})

const revertsBy = 'revert: pr'
/** The policy asks for reverts upstream by pull requests, and upstream is ready for that, except for what a test takes away. */
async function withReverts({ bump = true } = {}): Promise<void> {
  const text = await setup.read(policyPath)
  await setup.commit({ [policyPath]: text.replace(/^( +)upstream: jupiter\/hub$/m, `$&\n$1${revertsBy}`) })
  if (bump) setup.github.install(appNumbers.bump, repoNames.hub)
  const hub = setup.github.repository(repoNames.hub)
  hub.collaborators.set('olga', 'admin')
  hub.variables['LOCKSTEP_GATE_BOT_ID'] = '90001001'
}

test('where reverts are asked for by pull requests, upstream is looked at for what they need', async () => {
  await withReverts()
  const well = await doctor()
  expect(notOk(well)).toEqual([])
  const asked = ['The bump App on jupiter/hub', 'jupiter/hub: revert requests of the gate App count']
  expect(states(well, ...asked)).toEqual(['ok', 'ok'])

  setup.github.repository(repoNames.hub).variables['LOCKSTEP_GATE_BOT_ID'] = '1001'
  const wrong = await doctor()
  expect([wrong.code, notOk(wrong)]).toEqual([1, [asked[1]]])
  expect(wrong.log).toContain('gh variable set LOCKSTEP_GATE_BOT_ID --repo jupiter/hub --body 90001001')
  delete setup.github.repository(repoNames.hub).variables['LOCKSTEP_GATE_BOT_ID']
  expect((await doctor()).log).toContain('LOCKSTEP_GATE_BOT_ID is not set')

  // Whoever may not write there is not shown it: that is neither well nor wrong.
  setup.github.repository(repoNames.hub).collaborators.delete('olga')
  const unseen = await doctor()
  expect([unseen.code, states(unseen, ...asked)]).toEqual([0, ['ok', 'look']])
})

test('a bump App that is not installed upstream is a warning, where reverts are asked for by pull requests', async () => {
  await withReverts({ bump: false })
  const seen = await doctor()

  expect([seen.code, notOk(seen), states(seen, 'The bump App on jupiter/hub')]).toEqual([
    0,
    ['The bump App on jupiter/hub'],
    ['warn'],
  ])
  expect(seen.result.message).toMatch(/, and 1 could be improved\.$/)
})

test('a schedule that has not started anything for long is a warning, until it does', async () => {
  const settings = setup.github.repository(repoNames.deploy)
  Object.assign(settings, { createdAt: '2026-01-01T00:00:00Z' })
  const seen = await doctor()
  expect([seen.code, notOk(seen)]).toEqual([0, ['Schedules run']])
  expect(seen.log).toContain('.github/workflows/look-again.yml (since 2026-01-01)')

  const at = { repo: repoNames.deploy, name: 'x', headBranch: 'main', headSha: '0'.repeat(40), actor: 'olga' }
  const dir = (await readdir('workflows-examples/deploy-repo/.github/workflows')).map(workflow)
  for (const path of dir) setup.github.startRun({ ...at, workflow: path, event: 'schedule' })
  expect(notOk(await doctor())).toEqual([])
})
