import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { endedWell, jobLog } from '../../../../rehearsal/runner/log.js'
import { parseWorkflow } from '../../../../rehearsal/runner/workflow.js'

// What act 0.2.89 printed for exactly these steps.
const recorded = readFileSync(new URL('./act-log.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
const { jobs } = parseWorkflow(
  'x.yml',
  `
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - { id: a, name: Plan it, run: x }
      - run: echo "::add-mask::late-secret"; echo "late-secret and short abc"
      - { if: failure(), run: echo never }
      - { id: forgiven, run: exit 3, continue-on-error: true }
      - { id: own, uses: actions/own@v1 }
      - { id: fails, run: exit 4 }
      - { if: always(), run: echo always }
`,
)

function read(lines: string[], secrets: string[] = []) {
  if (!jobs.deploy) throw new Error('no job')
  const log = jobLog(jobs.deploy, secrets)
  const changes = lines.filter((line) => log.add(line)).length
  return { log, changes }
}

test('steps end as they ended, those that never began as skipped, and posts come last', () => {
  const steps = endedWell(read(recorded).log.steps()).map(({ name, conclusion }) => [name, conclusion])
  expect(steps).toEqual([
    ['actions/checkout@v7', 'success'],
    ['Plan it', 'success'],
    ['echo "::add-mask::***"; echo "*** and short abc"', 'success'],
    ['echo never', 'skipped'],
    ['exit 3', 'success'],
    ['actions/own@v1', 'success'],
    ['exit 4', 'failure'],
    ['echo always', 'success'],
    ['Post actions/own@v1', 'success'],
    ['Post actions/checkout@v7', 'success'],
  ])
})

test('a log that breaks off shows what was cut off', () => {
  const upTo = recorded.findIndex((line) => line.includes('Run Main exit 4'))
  const { log } = read(recorded.slice(0, upTo + 1))
  expect(log.result()).toBeUndefined()
  expect(
    endedWell(log.steps())
      .slice(5, 8)
      .map(({ conclusion }) => conclusion),
  ).toEqual(['success', 'cancelled', 'skipped'])
})

test('outputs of steps are known by their ids, with several lines, from composite actions, and with what was forgiven', () => {
  expect(read(recorded).log.context()).toMatchObject({
    a: { outputs: { x: 'a\nb', y: '1' }, outcome: 'success' },
    own: { outputs: { out: 'composed' } },
    forgiven: { outcome: 'failure', conclusion: 'success' },
    fails: { outcome: 'failure', conclusion: 'failure' },
  })
})

test('the text is what the steps said, with errors, without colours and secrets; short secrets do not garble it', () => {
  const { log } = read(recorded, ['hush-hush-1', 'abc'])
  expect(log.result()).toBe('failure')
  const lines = log.text().split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      '▶ Plan it',
      '▸ Details',
      'red and ***',
      '::error file=a,line=3::bad',
      '*** and short abc',
      '✗ exit status 4',
      '▶ Post actions/checkout@v7',
      'post ran',
    ]),
  )
  expect(log.text()).not.toContain('LocalRepositoryCache')
  expect(log.summary()).toBe('# Summary of ***\n')
})

test('every line of a secret is hidden', () => {
  const { log } = read([JSON.stringify({ msg: 'key-line-two\n', raw_output: true })], ['key-line-one\nkey-line-two\n'])
  expect(log.text()).toBe('***\n')
})

test('what steps add to the masks is known, since it decides which outputs arrive', () => {
  expect(read(recorded).log.masks()).toEqual(['late-secret'])
})

test('what act says outside of its log is kept: it is why the workflow did not run', () => {
  expect(read(['Error: yaml: line 3: mapping values are not allowed']).log.text()).toContain('mapping values')
})

test('only beginnings and ends of steps are news', () => {
  expect(read(recorded).changes).toBe(18)
})
