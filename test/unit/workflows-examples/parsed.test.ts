import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseWorkflow } from '../../../rehearsal/runner/workflow.js'

const examples = readdirSync('workflows-examples', { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.includes('.github/workflows/'),
)

test.each(examples)('%s is right for GitHub, and can be rehearsed', (path) => {
  expect(() => parseWorkflow(path, readFileSync(join('workflows-examples', path), 'utf8'))).not.toThrow()
})

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(15)
})
