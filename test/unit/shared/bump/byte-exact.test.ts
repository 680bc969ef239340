import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { editTarget } from '../../../../shared/bump/targets.js'
import type { Target } from '../../../../shared/policy/policy.js'

const from = '1.0.0-0.dev.git.1.haaaaaaa'

/** Versions, and whether they stay a text without quotes; Helm's parser would make something else of those that do not. */
const versions: [string, boolean][] = [
  ['1.0.0-0.dev.git.2.hbbbbbbb', true],
  ['2026.4.1.dev44-g97bb4e45a', true],
  ['v1.10', true],
  ['1.10', false],
  ['0x12', false],
  ['1e3', false],
  ['12e4567', false],
  ['2026-01-02', false],
  ['70819410', false],
  ['1_000', false],
  ['0o17', false],
  ['on', false],
  ['null', false],
]

const quotings = ['', "'", '"'] as const
const comments = ['', ' # was 1.0.0', '\t \t# "quoted" & *more*']
const anchors = ['', '&version ', '!!str ']
const marks = ['', '\uFEFF']
const ends = ['\n', '\r\n']
const finals = [true, false]
/** What is before and after the target's document. */
const surroundings: [string, string][] = [
  ['', ''],
  ['%YAML 1.2\n---\n', '\n...'],
  ['# first\nother: [1, "two"]\n---\n', ''],
  ['', '\n---\n# last\nother: |\n  text\n\n   more'],
]

interface Form {
  target: Target
  /** The file around a value as it is written, quotes and all. */
  text: (written: string) => string
  /** The value for a version. */
  value: (version: string) => string
}

const forms: Form[] = [
  {
    target: { kind: 'chart', file: 'Chart.yaml', dependency: 'hub' },
    text: (written) =>
      `name: meta\ndependencies:\n - name: other\n   version: ${from}\n - version: ${written}\n   name:   hub`,
    value: (version) => version,
  },
  {
    target: { kind: 'image', file: 'values.yaml', path: ['hub', 'images', 1, 'image'] },
    text: (written) => `hub:\n  images:\n  - image: a/b:${from}\n  -   image:   ${written}`,
    value: (version) => `localhost:5000/a/b:${version}`,
  },
  {
    target: { kind: 'value', file: 'values.yaml', path: ['hub', 'a.b/c'] },
    text: (written) => `# ${from}\n\n\nhub:\n\n    "a.b/c":\n        ${written}`,
    value: (version) => version,
  },
]

/** One file in two versions: as it is, and as it has to be. */
function* variations(): Generator<{ target: Target; before: string; after: string; version: string }> {
  let turn = 0
  for (const { target, text, value } of forms)
    for (const quote of quotings)
      for (const comment of comments)
        for (const anchor of anchors)
          for (const mark of marks)
            for (const end of ends)
              for (const final of finals)
                for (const [head, tail] of surroundings) {
                  // Helm reads the first document of a chart's description only.
                  if (target.kind === 'chart' && head.includes('other')) continue
                  const [version, staysText] = versions[turn++ % versions.length] ?? ['', false]
                  const file = (written: string): string =>
                    mark + `${head}${text(anchor + written + comment)}${tail}${final ? '\n' : ''}`.replaceAll('\n', end)
                  const quoteAfter = quote || (staysText || value(version) !== version ? '' : '"')
                  const before = file(quote + value(from) + quote)
                  yield { target, before, after: file(quoteAfter + value(version) + quoteAfter), version }
                }
}

test('every way to write a version keeps every other byte: quotes, comments, anchors, line ends, documents', () => {
  let tried = 0
  for (const { target, before, after, version } of variations()) {
    const edited = editTarget(target, before, { version, sha256: '0'.repeat(64) })
    if (edited !== after) expect({ before, edited }).toEqual({ before, edited: after })
    tried += 1
  }
  expect(tried).toBe(3 * 3 * 3 * 2 * 2 * 2 * (3 + 4 + 4))
}, 120_000)

test('there and back again is the file as it was', () => {
  const texts = versions.filter(([, staysText]) => staysText).map(([version]) => version)
  // Quotes that a version needed stay for the next one.
  const some = [...variations()].filter(({ version }) => texts.includes(version)).filter((_, index) => index % 4 === 0)
  for (const { target, before, version } of some) {
    const there = editTarget(target, before, { version, sha256: '0'.repeat(64) })
    expect(editTarget(target, there, { version: from, sha256: '0'.repeat(64) })).toBe(before)
  }
}, 60_000)

test('what is written stays a text for parsers of YAML 1.1 and 1.2', () => {
  const [, , { target, text }] = forms as [Form, Form, Form]
  for (const [version] of versions) {
    const edited = editTarget(target, text(from), { version, sha256: '0'.repeat(64) })
    for (const yaml of ['1.1', '1.2'] as const) {
      const [document] = parseAllDocuments(edited, { version: yaml })
      expect(document && 'toJS' in document ? document.toJS() : undefined).toEqual({ hub: { 'a.b/c': version } })
    }
  }
})
