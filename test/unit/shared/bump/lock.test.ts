import { expect, test } from 'vitest'
import { lockWith, readLock } from '../../../../shared/bump/lock.js'

const hub = { component: 'hub', version: '1.10', sha256: 'a'.repeat(64) }
const builder = { component: 'builder', version: '2023.06.0-12.gabcdef0', sha256: '1'.repeat(64) }

test('the text is the same whatever the order was in which entries came', () => {
  expect(lockWith(lockWith(undefined, hub), builder)).toBe(lockWith(lockWith('', builder), hub))
})

test('versions and digests that look like numbers stay text', () => {
  const text = lockWith(lockWith(undefined, hub), builder)
  expect([...readLock(text).values()]).toEqual([builder, hub])
})

test('an entry is replaced, and the others stay', () => {
  const text = lockWith(lockWith(lockWith(undefined, hub), builder), { ...hub, version: '1.11' })
  expect(readLock(text).get('hub')?.version).toBe('1.11')
  expect(readLock(text).get('builder')).toEqual(builder)
})

test.each([
  'version: 2\ncomponents: {}\n',
  'components: [',
  'version: 1\nversion: 1\ncomponents: {}\n',
  'version: 1\ncomponents: { a: { version: "1", sha256: x } }\n',
])('what is no lock file is refused with a way back: %j', (text) => {
  expect(() => readLock(text)).toThrow(
    expect.objectContaining({ reason: 'target-missing', fix: expect.stringMatching(/Restore/) }),
  )
})

test.each(['', '# nothing yet\n', 'version: 1\ncomponents:\n', 'version: 1\ncomponents: {}\n'])(
  'a first lock file without entries has none: %j',
  (text) => {
    expect(readLock(text)).toEqual(new Map())
    expect(lockWith(text, hub)).toBe(lockWith(undefined, hub))
  },
)
