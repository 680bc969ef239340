import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { definition as deployQueue } from '../../../actions/deploy-queue/io.js'
import { definition as doctor } from '../../../actions/doctor/io.js'
import { definition as externalChange } from '../../../actions/external-change/io.js'
import { definition as helmDeploy } from '../../../actions/helm-deploy/io.js'
import { definition as infraChangeGate } from '../../../actions/infra-change-gate/io.js'
import { definition as openBumpPr } from '../../../actions/open-bump-pr/io.js'
import { definition as rollback } from '../../../actions/rollback/io.js'
import { definition as smokeTest } from '../../../actions/smoke-test/io.js'
import type { InputDefinitions, OutputDefinitions } from '../../../shared/action/inputs.js'
import { allCommands } from '../../../shared/commands/command-list.js'
import { actionNames, allDecisions, allReasons } from '../../../shared/foundation/result.js'
import { allLabels } from '../../../shared/github/labels.js'
import { jsonSchema } from '../../../shared/policy/json-schema.js'
import type { ActionDefinition } from '../../../shared/runtime/action.js'

const definitions: ActionDefinition<InputDefinitions, OutputDefinitions>[] = [
  ...[deployQueue, doctor, externalChange, helmDeploy, infraChangeGate, openBumpPr, rollback, smokeTest],
]

/** Names of a table's first column, in one file. */
const rowsOf = (text: string): string[] => [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name)

const glossary = await readFile('docs/glossary.md', 'utf8')
const changes = await readFile('docs/code-changes.md', 'utf8')
const count = (rows: readonly string[], name: string): number => rows.filter((row) => row === name).length

test('every action is here', () => {
  expect(definitions.map(({ name }) => name).toSorted()).toEqual([...actionNames].toSorted())
})

test.each(definitions.map((one) => [one.name, one] as const))(
  'every mode, input and output of %s is in its README once',
  async (name, { modes = {}, inputs, outputs }) => {
    const readme = await readFile(`actions/${name}/README.md`, 'utf8')
    const tableOf = (block: string): string =>
      readme.split(`<!-- ${block} -->`)[1]?.split(`<!-- /${block} -->`)[0] ?? ''
    expect(rowsOf(tableOf('modes'))).toEqual(Object.keys(modes))
    expect(rowsOf(tableOf('inputs'))).toEqual(Object.keys(inputs))
    expect(rowsOf(tableOf('outputs'))).toEqual([...Object.keys(outputs), 'result', 'encoded-result'])
  },
)

test.each(definitions.map((one) => [one.name, one] as const))(
  'the modes of %s name inputs that it has, and each input is read by a mode',
  (_, { modes, inputs }) => {
    if (!modes) return expect(inputs).not.toHaveProperty('mode')
    const named = Object.values(modes).flatMap(({ needs = [], takes = [] }) => [...needs, ...takes])
    expect(named.filter((input) => !(input in inputs))).toEqual([])
    expect(inputs).toHaveProperty('mode')
  },
)

test('every decision, label and command is in the glossary once, every reason in the page about code changes', () => {
  const rows = rowsOf(glossary)
  for (const name of [...Object.keys(allDecisions), ...Object.keys(allLabels), ...Object.keys(allCommands)]) {
    expect([name, count(rows, name)]).toEqual([name, 1])
  }
  const reasons = rowsOf(changes.split('<!-- reasons -->')[1] ?? '')
  expect(reasons.toSorted()).toEqual(Object.keys(allReasons).toSorted())
})

test('every key of the policy has a description in its schema', () => {
  const without: string[] = []
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, value] of Object.entries(
      (node as { properties?: Record<string, { description?: string }> }).properties ?? {},
    )) {
      if (typeof value.description !== 'string') without.push(`${path}${key}`)
    }
    for (const [key, value] of Object.entries(node)) walk(value, key === 'properties' ? path : `${path}${key}.`)
  }
  walk(jsonSchema(), '')
  expect(without).toEqual([])
})

// What things were called before; nothing public may be called so again.
const removed = {
  actions: ['deploy-lane'],
  inputs: [
    ...[
      'about',
      'part',
      'order',
      'orders',
      'seen',
      'change',
      'only-show',
      'keys-outside',
      'deployed',
      'deadline',
      'total',
    ],
    ...['parallel', 'watch-every', 'watch-budget', 'jobs', 'runs-token', 'digest', 'look'],
  ],
  outputs: ['number', 'url', 'operation', 'written', 'ungated', 'order', 'orders', 'seen', 'watched', 'prime', 'stage'],
  modes: [
    ...[
      'outside',
      'cluster-inspection',
      'watched',
      'setup',
      'holds',
      'bumps',
      'again',
      'ungated',
      'make-way',
      'approve',
    ],
    ...[
      'stage-plan',
      'stage',
      'stage-record',
      'retest',
      'begin',
      'clusters',
      'git',
      'staged',
      'upstream',
      'settle',
      'all',
    ],
  ],
  decisions: [
    ...[
      'green',
      'red',
      'repeated',
      'rolled_back',
      'nothing_to_roll_back',
      'rollback_failed',
      'not_reversible',
      'staged',
    ],
  ],
  reasons: [
    ...[
      'already-there',
      'harmless',
      'bug',
      'held',
      'frozen',
      'undeployed',
      'lane-unknown',
      'not-gated',
      'carried-change',
    ],
    ...['not-in-force', 'release-busy', 'revision-gone', 'wrong-cluster', 'older-than-deployed', 'changed-by-hand'],
    ...['no-artifact', 'not-published', 'declined', 'needs-second-operator', 'not-applied', 'revert-open'],
  ],
  labels: [
    ...[
      'deploy-hold',
      'break-glass',
      'infra-change',
      'deploy-ungated',
      'deploy-waiting',
      'lane-exception',
      'deploy-fix',
    ],
    ...['deploy-lifted', 'deploy-done'],
  ],
  commands: ['/go', '/duty', '/stage', '/begin', '/shown', '/backup', '/accept'],
  policy: [
    'kinds',
    'windows',
    'watch',
    'smoke',
    'lane',
    'expect',
    'database-schema',
    'role',
    'prime',
    'retries',
    'in-a-row',
    'within',
    'send',
    'min-times',
    'max-times',
  ],
} as const

test('no public word is one of those that were removed', () => {
  const schema = JSON.stringify(jsonSchema())
  const now: Record<keyof typeof removed, readonly string[]> = {
    actions: actionNames,
    inputs: definitions.flatMap(({ inputs }) => Object.keys(inputs)),
    outputs: definitions.flatMap(({ outputs }) => Object.keys(outputs)),
    modes: definitions.flatMap(({ modes = {} }) => Object.keys(modes)),
    decisions: Object.keys(allDecisions),
    reasons: Object.keys(allReasons),
    labels: Object.keys(allLabels),
    commands: Object.keys(allCommands),
    policy: [...schema.matchAll(/"([\w-]+)":/g)].map(([, key = '']) => key),
  }
  for (const [kind, names] of Object.entries(now)) {
    const old: readonly string[] = removed[kind as keyof typeof removed]
    expect([kind, names.filter((name) => old.includes(name))]).toEqual([kind, []])
  }
})

test('no label or command in the workflow examples and docs is one of those that were removed', async () => {
  const files = [
    'docs/adopting.md',
    'docs/code-changes.md',
    'docs/infrastructure-changes.md',
    'docs/rollback.md',
    'docs/protection.md',
  ]
  const old = [
    ...removed.labels.filter((one) => one.startsWith('deploy-') || one === 'lane-exception'),
    ...removed.commands,
  ]
  for (const file of files) {
    const text = await readFile(file, 'utf8')
    const found = old.filter((word) => text.includes(`\`${word}\``) || text.includes(`\`${word} `))
    expect([file, found]).toEqual([file, []])
  }
})
