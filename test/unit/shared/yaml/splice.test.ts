import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { UserError } from '../../../../shared/foundation/errors.js'
import { parsePath } from '../../../../shared/yaml/path.js'
import { readScalar } from '../../../../shared/yaml/scalar.js'
import { spliceScalar } from '../../../../shared/yaml/splice.js'

describe('a splice keeps the style of the value', () => {
  test.each([
    ['plain', 'a: 1.0.0-x # why\nb: 2\n', '1.0.1', 'a: 1.0.1 # why\nb: 2\n'],
    ['double quotes', 'a: "1.0"   # why\n', '2.0', 'a: "2.0"   # why\n'],
    ['single quotes', "a: '1.0'\n", '2.0', "a: '2.0'\n"],
    ['single quotes with one inside', "a: 'x'\n", "it's", "a: 'it''s'\n"],
    ['single quotes that cannot hold a line break', "a: 'x'\n", 'one\ntwo', 'a: "one\\ntwo"\n'],
    ['double quotes with escapes', 'a: "x"\n', 'say "\\"', 'a: "say \\"\\\\\\""\n'],
    ['Windows line ends', 'x: 1\r\na: one\r\nb: two\r\n', 'three', 'x: 1\r\na: three\r\nb: two\r\n'],
    ['a byte order mark', '\uFEFFa: one\nb: two\n', 'three', '\uFEFFa: three\nb: two\n'],
    ['no final line end', 'b: two\na: one', 'three', 'b: two\na: three'],
    ['an anchor', 'a: &version "1.0" # here\nb: *version\n', '2.0', 'a: &version "2.0" # here\nb: *version\n'],
    ['a tag', 'a: !!str 1.0\n', '2.0', 'a: !!str "2.0"\n'],
    ['a flow map', 'x: {a: 1}\na: one\n', 'two', 'x: {a: 1}\na: two\n'],
    ['a JSON file', '{\n\t"b": 1,\n\t"a": "one"\n}\n', 'two', '{\n\t"b": 1,\n\t"a": "two"\n}\n'],
    ['tabs and spaces before a comment', 'a:   one \t # two\n', 'three', 'a:   three \t # two\n'],
    ['a value on a line of its own', 'a:\n  one\nb: 1\n', 'two', 'a:\n  two\nb: 1\n'],
    ['a value over several lines', 'a: one\n  two\nb: 1\n', 'three', 'a: three\nb: 1\n'],
    ['a quoted key', '"a": one\n', 'two', '"a": two\n'],
    ['a literal block', 'a: |- # why\n    one\nb: 1\n', 'two', 'a: |- # why\n    two\nb: 1\n'],
    ['a folded block', 'a: >-\r\n  one\r\n\r\nb: 1\r\n', 'two', 'a: >-\r\n  two\r\n\r\nb: 1\r\n'],
    ['a document marker', '---\na: one\n...\n', 'two', '---\na: two\n...\n'],
    ['a directive', '%YAML 1.2\n---\na: one\n', 'two', '%YAML 1.2\n---\na: two\n'],
    ['the second document', 'b: 1\n---\na: one\n---\nc: 1\n', 'two', 'b: 1\n---\na: two\n---\nc: 1\n'],
  ])('%s', (_, before, value, after) => {
    expect(spliceScalar(before, ['a'], value)).toBe(after)
    expect(readScalar(after, ['a'])?.value).toBe(value)
  })
})

describe('a plain value gets quotes where it would mean something else', () => {
  const values = [
    '1.10',
    '0.2',
    '7',
    '1e10',
    '12e4567',
    '1234567',
    '0x1f',
    '017',
    '1_000',
    '12:30',
    '2024-01-01',
    'true',
    'on',
    'no',
  ]
  test.each([
    ...values,
    'null',
    '~',
    '',
    'a: b',
    'a #b',
    '- a',
    '*a',
    '&a',
    '!a',
    '[a',
    '{a',
    '%a',
    '@a',
    '`a',
    ' a',
    'a ',
    '#a',
  ])('%j', (value) => {
    const after = spliceScalar('x:\n  - a: one # why\n', ['x', 0, 'a'], value)
    expect(after).toBe(`x:\n  - a: ${JSON.stringify(value)} # why\n`)
  })

  test.each(['a, b', 'a]', 'a}', '[a', '{a'])('%j in a flow map', (value) => {
    expect(spliceScalar('x: {a: one, b: two}\n', ['x', 'a'], value)).toBe(`x: {a: ${JSON.stringify(value)}, b: two}\n`)
  })

  test.each([
    '1.2.3',
    '1.0.0-0.dev.git.3983.h383374de',
    'v1',
    '9dffb2c',
    'quay.io/a/b:1.10',
    'a b',
    "it's",
    'a"b',
    'a:b',
    'a#b',
  ])('%j needs none', (value) => {
    expect(spliceScalar('a: one\n', ['a'], value)).toBe(`a: ${value}\n`)
  })
})

test('every style takes every value, reads it back, and changes nothing else', () => {
  const values = [
    '2.0.0',
    '1.10',
    'true',
    'a: b',
    "it's",
    '"',
    '\\',
    'é😀',
    'x, y',
    '#',
    '',
    'null',
    '- x',
    'two\nlines',
    '\t',
    '%',
    '?',
  ]
  const styles = ['plain', '"double"', "'single'", '&anchor plain', '!!str "tagged"', '"a\n          folded"']
  const frames = [
    (value: string) => `# top\nlist:\n- name: x\n  version: ${value} # note\n\n# end\nother: {a: [1, "2"]}`,
    (value: string) => `{"list": [{"name": x, "version": ${value} }, two], other: 1}\n`,
    (value: string) => `\uFEFF---\nlist:\n    -   version:   ${value}\n    - 2\n---\nsecond: yes\n`,
  ]
  const path = ['list', 0, 'version']
  let tried = 0
  for (const frame of frames.flatMap((plain) => [plain, (value: string) => plain(value).replaceAll('\n', '\r\n')])) {
    for (const style of styles) {
      for (const value of values) {
        const before = frame(style)
        const after = spliceScalar(before, path, value)
        expect(readScalar(after, path)?.value).toBe(value)
        // Both sides of the value are the bytes of before.
        const [head = '', tail = ''] = before.split(
          style.replaceAll('\n', before.includes('\r') ? '\r\n' : '\n').replace(/^[&!]\S+ /, ''),
        )
        expect(after.startsWith(head) && after.endsWith(tail)).toBe(true)
        expect(withValue(after, '?')).toEqual(withValue(before, '?'))
        tried += 1
      }
    }
  }
  expect(tried).toBe(6 * styles.length * values.length)
})

/** The documents as data with the value at list.0.version replaced. */
function withValue(text: string, value: string): unknown[] {
  return parseAllDocuments(text).map((document) => {
    if ('setIn' in document && document.hasIn(['list'])) document.setIn(['list', 0, 'version'], value)
    return document.toJS()
  })
}

test('the value that is there already changes nothing, whatever its quotes', () => {
  for (const text of ['a: 1.10\n', "a: '1.10'\n", 'a: |-\n  1.10\n'])
    expect(spliceScalar(text, ['a'], '1.10')).toBe(text)
})

test('a list item is found by its number, a key that is a number by its digits', () => {
  expect(spliceScalar('- a\n- b\n', [1], 'c')).toBe('- a\n- c\n')
  expect(spliceScalar('1: a\n1.10: b\n', parsePath('1'), 'c')).toBe('1: c\n1.10: b\n')
  expect(spliceScalar('1: a\n1.10: b\n', parsePath(String.raw`1\.10`), 'c')).toBe('1: a\n1.10: c\n')
})

describe('what cannot be replaced is refused with its place and a fix', () => {
  const text =
    'image:\n  builder: a:1\n  tags: [one, two]\n  none:\nshared: &base\n  tag: x\nuse: *base\nmore:\n  <<: *base\n  other: 1\nblock: |\n  one\n  two\n'
  test.each([
    [
      'image.bulider',
      'values.yaml:1:1',
      'image.bulider does not exist in values.yaml: image has no key "bulider".',
      'Did you mean "builder"?',
    ],
    [
      'imag.builder',
      'values.yaml:1:1',
      'imag.builder does not exist in values.yaml: the file has no key "imag".',
      'Did you mean "image"?',
    ],
    [
      'image.zzzzzz',
      'values.yaml:1:1',
      'image.zzzzzz does not exist in values.yaml: image has no key "zzzzzz".',
      'Available: builder, tags, none.',
    ],
    [
      'image.builder.tag',
      'values.yaml:2:3',
      'image.builder.tag does not exist in values.yaml: image.builder is a single value, without "tag".',
      'Correct the path, or add it to values.yaml.',
    ],
    [
      'image.tags.2',
      'values.yaml:3:3',
      'image.tags.2 does not exist in values.yaml: image.tags is a list of 2, and has no item 2.',
      'Correct the path, or add it to values.yaml.',
    ],
    [
      'image.tags',
      'values.yaml:3:3',
      'image.tags in values.yaml is a list, not a single value.',
      'Use the path of a single value inside it, such as image.tags.0.',
    ],
    [
      'image',
      'values.yaml:1:1',
      'image in values.yaml is a map, not a single value.',
      'Use the path of a single value inside it, such as image.builder.',
    ],
    ['image.none', 'values.yaml:4:3', 'image.none in values.yaml is empty.', 'Write the current version there first.'],
    [
      'image.none.x',
      'values.yaml:4:3',
      'image.none.x does not exist in values.yaml: image.none is empty.',
      'Correct the path, or add it to values.yaml.',
    ],
    [
      'use.tag',
      'values.yaml:7:1',
      'use.tag in values.yaml is an alias: *base refers to the anchor &base at line 6.',
      'Use the path of the anchor instead, or replace the alias with its value.',
    ],
    [
      'use',
      'values.yaml:7:1',
      'use in values.yaml is an alias: *base refers to the anchor &base at line 6.',
      'Use the path of the anchor instead, or replace the alias with its value.',
    ],
    [
      'more.tag',
      'values.yaml:8:1',
      'more.tag in values.yaml is an alias: *base refers to the anchor &base at line 6.',
      'Use the path of the anchor instead, or replace the alias with its value.',
    ],
    [
      'block',
      'values.yaml:11:8',
      'block in values.yaml cannot be replaced in place by "new".',
      'Write the current value on one line, as plain or quoted text.',
    ],
  ])('%s', (path, place, message, fix) => {
    const error = errorOf(() => spliceScalar(text, parsePath(path), 'new', 'values.yaml'))
    expect(error).toMatchObject({ reason: 'target-missing', message, fix })
    expect(`${error.at?.file}:${error.at?.line}:${error.at?.column}`).toBe(place)
  })

  test('a path in two documents', () => {
    const error = errorOf(() => spliceScalar('a: 1\n---\na: 2\n', ['a'], '3', 'f.yaml'))
    expect(error.message).toBe('a is in more than one document of f.yaml.')
    expect(error.at).toEqual({ file: 'f.yaml', line: 3, column: 1 })
  })

  test('text that is not YAML, keys that are there twice, nesting without end', () => {
    expect(errorOf(() => spliceScalar('a: 1\nb: [\n', ['a'], '3', 'f.yaml')).at).toEqual({
      file: 'f.yaml',
      line: 3,
      column: 1,
    })
    expect(errorOf(() => spliceScalar('a: 1\na: 2\n', ['a'], '3')).message).toBe(
      'the file is not valid YAML: Map keys must be unique',
    )
    expect(errorOf(() => spliceScalar('['.repeat(20_000), ['a'], '3')).reason).toBe('target-missing')
    expect(errorOf(() => spliceScalar('', ['a'], '3')).message).toBe('a does not exist in the file: the file is empty.')
  })
})

function errorOf(work: () => unknown): UserError {
  try {
    work()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

test('a scalar is read as it is written, with its place', () => {
  const text = '\uFEFFa: 1.10\nb: &x "q"\nc: *x\nd:\ne: {f: null}\ng: |\n  block\n'
  expect(readScalar(text, ['a'])).toEqual({ value: '1.10', line: 1, column: 4 })
  expect(readScalar(text, ['b'])).toEqual({ value: 'q', line: 2, column: 7 })
  expect(readScalar(text, ['g'])).toEqual({ value: 'block\n', line: 6, column: 4 })
  for (const path of ['c', 'd', 'e', 'e.f', 'z', 'a.b']) expect(readScalar(text, parsePath(path))).toBeUndefined()
})
