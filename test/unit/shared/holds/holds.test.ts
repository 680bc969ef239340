import { expect, test } from 'vitest'
import { type Hold, holdBlock, readHold } from '../../../../shared/holds/holds.js'

const hold: Hold = {
  schema: 1,
  component: 'hub',
  version: '1.0.0-0.dev.git.3.habcdef0',
  commit: 'a'.repeat(40),
  cause: 'staging: ``` and <!-- --> and\n```json in it',
  run: '9/1',
}

test('a hold is read back from the middle of an issue, also as a browser saves it', () => {
  expect(readHold(`Words before\n\n${holdBlock(hold)}\n\nand after`)).toEqual(hold)
  expect(readHold(`Words before\n\n${holdBlock(hold)}\n`.replaceAll('\n', '\r\n'))).toEqual(hold)
})

test('a hold whose version is named by a tag needs no commit', () => {
  const { commit: _, ...tagged } = hold
  expect(readHold(holdBlock(tagged))).toEqual(tagged)
})

test.each([
  ['nothing', ''],
  ['null', null],
  ['only words', 'stop everything'],
  ['two blocks', `${holdBlock(hold)}\n${holdBlock({ ...hold, component: 'other' })}`],
  ['no JSON', '<!-- lockstep:hold -->\n```json\n{]\n```'],
  ['a commit that is none', holdBlock({ ...hold, commit: 'HEAD' })],
  ['a key too many', holdBlock({ ...hold, fix: 'x' } as Hold)],
])('%s is no hold that can be read, and so holds everything', (_, body) => {
  expect(readHold(body)).toBeUndefined()
})
