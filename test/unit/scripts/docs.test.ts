import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { fillBlock } from '../../../scripts/action-docs.js'
import { generatedDocs } from '../../../scripts/documented-actions.js'
import { actionNames } from '../../../shared/foundation/result.js'

test('action.yml and the READMEs say what io.ts and the workflow examples say ("npm run docs" writes them)', async () => {
  const expected = await generatedDocs()
  expect(Object.keys(expected)).toHaveLength(actionNames.length * 2 + 6)
  for (const [path, text] of Object.entries(expected)) expect(await readFile(path, 'utf8'), path).toBe(text)
})

test('a README without a place for its tables is an error', () => {
  expect(() => fillBlock('# Title\n', 'inputs', 'table')).toThrow('<!-- inputs -->')
})

test('every action says on which GitHub it runs, and where the rest that it takes stands', async () => {
  for (const name of actionNames) {
    const readme = await readFile(`actions/${name}/README.md`, 'utf8')
    expect(readme, name).toContain('on GitHub Enterprise Server it refuses to run (`unsupported-github`)')
    expect(readme, name).toContain('](../../docs/adopting.md)')
  }
})
