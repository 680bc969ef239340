import { expect, test } from 'vitest'
import type { MergeAccount, UpstreamChange } from '../../../../shared/duty/merges.js'
import { onDuty } from '../../../../shared/duty/on-duty.js'

const person = (login: string): MergeAccount => ({ login, bot: false })
const bot = (login: string): MergeAccount => ({ login, bot: true })
const merge = (
  mergedBy: MergeAccount | undefined,
  author: MergeAccount | undefined,
  approver?: MergeAccount,
): UpstreamChange => ({
  approver,
  commit: 'a'.repeat(40),
  pull: undefined,
  title: '',
  author,
  mergedBy,
  mergedAt: undefined,
})

test.each([
  ['whoever merged', [merge(person('ada'), person('bob'))], ['ada']],
  [
    'each once, in order',
    [merge(person('bob'), undefined), merge(person('ada'), undefined), merge(person('bob'), undefined)],
    ['bob', 'ada'],
  ],
  ['the author where a bot merged', [merge(bot('queue[bot]'), person('bob'))], ['bob']],
  ['the author of a direct push', [merge(undefined, person('bob'))], ['bob']],
  [
    'who approved it, where bots did the rest',
    [merge(bot('queue[bot]'), bot('renovate[bot]'), person('eve'))],
    ['eve'],
  ],
  ['the author where whoever merged has left', [merge(person('Gone'), person('bob'))], ['bob']],
  ['who approved it, where the author is a bot', [merge(person('gone'), bot('renovate[bot]'), person('eve'))], ['eve']],
  [
    'who approved it, where the author may not merge there',
    [{ ...merge(bot('queue[bot]'), person('eve'), person('bob')), byStranger: true }],
    ['bob'],
  ],
  ['a stranger, where nobody approved it', [{ ...merge(undefined, person('eve')), byStranger: true }], ['eve']],
  ['nobody where bots did it all', [merge(bot('queue[bot]'), bot('renovate[bot]'))], []],
])('%s', (_, merges, expected) => {
  expect(onDuty(merges, new Set(['gone']))).toEqual(expected)
})
