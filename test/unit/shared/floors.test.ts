import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

/**
 * The floors of `shared/`, lowest first: a topic imports only from topics that come before it, so that no two folders import each
 * other. CONTRIBUTING.md says what belongs where.
 */
const floors = {
  foundation: ['foundation', 'exec', 'yaml', 'report'],
  adapters: ['git', 'github', 'registry', 'kube', 'helm', 'action'],
  domain: [
    ...['policy', 'bump', 'releases', 'render', 'risk', 'evidence', 'records'],
    ...['rollback-safety', 'duty', 'blocks', 'requirements', 'commands'],
  ],
  runtime: ['runtime'],
}
const topics = Object.values(floors).flat()

/** Whatever one file imports, statically or not, as paths from the root. */
function importsOf(file: string): string[] {
  const specifiers = readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*(?:\/\*.*?\*\/\s*)?'(\.[^']+)'/g)
  return [...specifiers].map(([, to = '']) => normalize(join(dirname(file), to)))
}

const sources = ['actions', 'shared'].flatMap((top) =>
  readdirSync(top, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(top, path)),
)
const imports = sources.flatMap((from) => importsOf(from).map((to) => ({ from, to })))
const topicOf = (path: string): string => path.split('/')[1] ?? ''

test('every folder of shared/ has its floor, and none lies in another', () => {
  const folders = new Set(sources.filter((path) => path.startsWith('shared/')).map(dirname))
  expect([...folders].toSorted()).toEqual(topics.map((topic) => `shared/${topic}`).toSorted())
})

test('CONTRIBUTING.md lists the floors as they are', () => {
  const text = readFileSync('CONTRIBUTING.md', 'utf8')
  for (const [floor, list] of Object.entries(floors)) {
    expect(text).toContain(`| ${floor} | ${list.map((topic) => `\`${topic}\``).join(', ')} |`)
  }
})

test('shared/ imports only from lower floors', () => {
  const wrong = imports.filter(({ from, to }) => {
    if (!from.startsWith('shared/')) return false
    return !to.startsWith('shared/') || topics.indexOf(topicOf(to)) > topics.indexOf(topicOf(from))
  })
  expect(wrong).toEqual([])
})

test('an action never imports another', () => {
  const wrong = imports.filter(
    ({ from, to }) =>
      from !== 'actions/index.ts' &&
      from.startsWith('actions/') &&
      !to.startsWith('shared/') &&
      topicOf(from) !== topicOf(to),
  )
  expect(imports.filter(({ from }) => from.startsWith('actions/')).length).toBeGreaterThan(500)
  expect(wrong).toEqual([])
})
