import { expect, test } from 'vitest'
import {
  commentLimit,
  escapeMarkdown,
  markdownCode,
  markdownLink,
  mentionLogin,
  oneLine,
  truncateMarkdown,
} from '../../../../shared/report/markdown.js'

test.each([
  ['a mention', '@ada look', '@\u200bada look'],
  ['a reference that would close an issue', 'fixes #12, GH-12', 'fixes \\#\u200b12, GH\\-\u200b12'],
  ['a link', '[x](https://evil.example)', '\\[x\\]\\(https:\u200b//evil.example\\)'],
  ['a bare address', 'www.evil.example', 'www\u200b.evil.example'],
  ['a comment that could be a marker', '<!-- lockstep:gate -->', '&lt;\\!\\-\\- lockstep:gate \\-\\-&gt;'],
  ['HTML', '<img src=x>', '&lt;img src=x&gt;'],
  ["a table's end", 'a | b', 'a \\| b'],
  ['several lines', 'a\n\n# b\r\n- c', 'a \\#\u200b b \\- c'],
  ['letters that turn the direction of writing', 'a\u202eb\u0007c', 'abc'],
  ['code', '`rm`', '\\`rm\\`'],
])('%s becomes plain text', (_, text, expected) => {
  expect(escapeMarkdown(text)).toBe(expected)
})

test('text that is shown as it is stays as it is, on one line', () => {
  expect(oneLine('Held: hub 1.0.0-0.dev_x\n\u202e* @ada')).toBe('Held: hub 1.0.0-0.dev_x * @ada')
  expect(oneLine('🚀'.repeat(300), 10)).toBe(`${'🚀'.repeat(9)}…`)
})

test('a long text is cut by letters, not in the middle of one', () => {
  expect(escapeMarkdown('🚀'.repeat(300), 10)).toBe(`${'🚀'.repeat(9)}…`)
})

test('code with backticks and pipes stays one piece of code', () => {
  expect(markdownCode('a``b|c')).toBe('```a``b\\|c```')
  expect(markdownCode('`a')).toBe('`` `a ``')
})

test('only a web address becomes a link', () => {
  expect(markdownLink('a]b', 'https://x.example/1')).toBe('[a\\]b](https://x.example/1)')
  expect(markdownLink('a', 'javascript:alert(1)')).toBe('a')
  expect(markdownLink('a', 'https://x.example/) [b](https://y')).toBe('a')
})

test('only a login becomes a mention', () => {
  expect(mentionLogin('ada')).toBe('@ada')
  expect(mentionLogin('ada/all <!--')).not.toMatch(/@|<!--/)
})

test('a text over the limit is cut at a line, and says so', () => {
  const text = truncateMarkdown(`${'é'.repeat(100)}\n`.repeat(1_000))
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(commentLimit)
  expect(text).toMatch(/é\n\n\*This text was too long/)
  expect(text).not.toContain('\ufffd')
})
