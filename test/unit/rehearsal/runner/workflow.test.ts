import { expect, test } from 'vitest'
import { parseWorkflow } from '../../../../rehearsal/runner/workflow.js'

const file = (jobs: string, more = ''): string =>
  `on: push\n${more}\njobs:\n  a: { runs-on: ubuntu-latest, steps: [{ run: echo }]${jobs} }\n`
const parse = (jobs: string, more?: string) => parseWorkflow('.github/workflows/x.yml', file(jobs, more))

test('what GitHub has documented lately is understood', () => {
  const workflow = parse(
    ', environment: { name: staging, deployment: false }',
    'concurrency: { group: lockstep-deploy, queue: max }',
  )
  expect(workflow.concurrency).toEqual({ group: 'lockstep-deploy', queue: 'max', 'cancel-in-progress': false })
  expect(workflow.jobs.a?.environment).toEqual({ name: 'staging', deployment: false })
})

test('a workflow without a name is called by its path', () => {
  expect(parse('').title).toBe('.github/workflows/x.yml')
})

test.each([
  ['a misspelt key', parse.bind(undefined, ', neds: b'), 'neds'],
  ['a need that does not exist', parse.bind(undefined, ', needs: b'), '"b", which does not exist'],
  ['a container', parse.bind(undefined, ', container: x'), 'not supported by the rehearsal'],
  ['broken YAML', () => parseWorkflow('x.yml', 'on: [push'), 'x.yml'],
])('%s is an error', (_, parsing, message) => {
  expect(parsing).toThrow(message)
})
