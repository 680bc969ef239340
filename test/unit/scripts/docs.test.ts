import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { fillBlock } from '../../../scripts/action-docs.js'
import { generatedDocs } from '../../../scripts/documented-actions.js'
import { actionNames } from '../../../shared/action/result.js'

test('action.yml and the READMEs say what io.ts and the workflow examples say ("npm run docs" writes them)', async () => {
  const expected = await generatedDocs()
  expect(Object.keys(expected)).toHaveLength(actionNames.length * 2 + 3)
  for (const [path, text] of Object.entries(expected)) expect(await readFile(path, 'utf8'), path).toBe(text)
})

test('a README without a place for its tables is an error', () => {
  expect(() => fillBlock('# Title\n', 'inputs', 'table')).toThrow('<!-- inputs -->')
})
