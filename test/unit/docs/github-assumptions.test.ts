import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const page = 'docs/github-assumptions.md'
const text = readFileSync(page, 'utf8')
const [tables = '', answers = ''] = text.split('## What Lockstep does about rows that are not TRUE')

interface Row {
  id: string
  where: string | undefined
  state: string
}

/** Every row of every table, read by its own table's head. */
function rowsOf(markdown: string): Row[] {
  let head: string[] = []
  return markdown.split('\n').flatMap((line): Row[] => {
    if (!line.startsWith('| ')) return []
    const cells = line.slice(2, -2).split(/ \| /)
    if (cells[0] === 'id') head = cells
    if (!/^[A-Z]\d+$/.test(cells[0] ?? '')) return []
    expect(cells, line).toHaveLength(head.length)
    const cell = (name: string): string | undefined => cells[head.indexOf(name)]
    return [{ id: cell('id') ?? '', where: cell('where'), state: cell('state') ?? '' }]
  })
}

const rows = rowsOf(tables)
const ids = rows.map(({ id }) => id)
const notTrue = rows.filter(({ state }) => /FALSE|PARTLY|OPEN/.test(state)).map(({ id }) => id)
const handled = new Map(
  [...answers.matchAll(/^- \*\*([A-Z]\d+)\*\*: (.+)$/gm)].map(([, id = '', does = '']) => [id, does]),
)

/** Ids of rows that comments name, with the file. */
function named(): { id: string; file: string }[] {
  const folders = ['actions', 'shared', 'rehearsal', 'workflows-examples', 'scripts', 'test']
  const files = String(execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...folders])).split('\n')
  const some = files.filter((file) => /\.(ts|mjs|ya?ml)$/.test(file) && existsSync(file))
  return some.flatMap((file) => {
    const comments = readFileSync(file, 'utf8').match(/(\/\/|^\s*\/?\*|#).*$/gm) ?? []
    return comments.flatMap((line) => (line.match(/\b[ICADPLRG]\d{1,2}\b/g) ?? []).map((id) => ({ id, file })))
  })
}

test('every row has an id of its own and a state', () => {
  expect(rows.length).toBeGreaterThan(100)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  expect(rows.filter(({ state }) => !/^(TRUE|FALSE|PARTLY|OPEN)\b/.test(state))).toEqual([])
})

test('every file that the page names is there', () => {
  const named = [...text.matchAll(/`((?:actions|shared|rehearsal|workflows-examples|docs|scripts|test|dist)\/[^`]*)`/g)]
  expect(named.flatMap(([, path = '']) => (existsSync(path) ? [] : [path]))).toEqual([])
  const loose = rows.filter(
    ({ where }) => where !== undefined && !/^(`[\w./-]+`(, `[\w./-]+`)*|no file rests on it)$/.test(where),
  )
  expect(loose).toEqual([])
})

test('every row that is not TRUE says what is done about it, and no other row does', () => {
  expect([...handled.keys()]).toEqual(notTrue)
})

test('every row that the code names is there', () => {
  expect(named().filter(({ id }) => !ids.includes(id))).toEqual([])
})

test('every row that is not TRUE is named where the code rests on it, unless it does not matter', () => {
  const rests = new Set(named().map(({ id }) => id))
  const silent = notTrue.filter((id) => !rests.has(id) && !handled.get(id)?.startsWith('does not matter: '))
  expect(silent).toEqual([])
})
