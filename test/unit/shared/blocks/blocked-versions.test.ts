import { expect, test } from 'vitest'
import {
  type BlockedVersion,
  blockedVersionBlock,
  readBlockedVersion,
} from '../../../../shared/blocks/blocked-versions.js'

const hold: BlockedVersion = {
  schema: 1,
  component: 'hub',
  version: '1.0.0-0.dev.git.3.habcdef0',
  commit: 'a'.repeat(40),
  cause: 'staging: ``` and <!-- --> and\n```json in it',
  run: '9/1',
}

test('a hold is read back from the middle of an issue, also as a browser saves it', () => {
  expect(readBlockedVersion(`Words before\n\n${blockedVersionBlock(hold)}\n\nand after`)).toEqual(hold)
  expect(readBlockedVersion(`Words before\n\n${blockedVersionBlock(hold)}\n`.replaceAll('\n', '\r\n'))).toEqual(hold)
})

test('a hold whose version is named by a tag needs no commit', () => {
  const { commit: _, ...tagged } = hold
  expect(readBlockedVersion(blockedVersionBlock(tagged))).toEqual(tagged)
})

test.each([
  ['nothing', ''],
  ['null', null],
  ['only words', 'stop everything'],
  ['two blocks', `${blockedVersionBlock(hold)}\n${blockedVersionBlock({ ...hold, component: 'other' })}`],
  ['no JSON', '<!-- lockstep:hold -->\n```json\n{]\n```'],
  ['a commit that is none', blockedVersionBlock({ ...hold, commit: 'HEAD' })],
  ['a key too many', blockedVersionBlock({ ...hold, fix: 'x' } as BlockedVersion)],
])('%s is no hold that can be read, and so holds everything', (_, body) => {
  expect(readBlockedVersion(body)).toBeUndefined()
})
