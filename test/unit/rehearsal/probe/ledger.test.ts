import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { probes } from '../../../../rehearsal/probe/registry.js'

/** Ids of the rows of the page, found in a simpler way than the generator's. */
const rows = [...readFileSync('docs/github-assumptions.md', 'utf8').matchAll(/^\| ([A-Z]\d+) \|/gm)].map(([, id]) => id)
const page = readFileSync('docs/probe.md', 'utf8')

const part = (name: string): string => page.slice(page.indexOf(`<!-- ${name} -->`), page.indexOf(`<!-- /${name} -->`))
const ids = (name: string, pattern: RegExp): (string | undefined)[] =>
  [...part(name).matchAll(pattern)].map(([, id]) => id)

test('every row of the ledger is settled by the probe, on the checklist, or needs no look: exactly once', () => {
  const settled = ids('settled', /^\| ([A-Z]\d+) \|/gm)
  const listed = [
    ...settled,
    ...ids('by-hand', /^- \[ \] \*\*([A-Z]\d+)\*\*/gm),
    ...ids('not-asked', /\b([A-Z]\d+)\b/g),
  ]
  expect(listed.toSorted()).toEqual(rows.toSorted())
  expect(settled.toSorted()).toEqual(probes.map(({ row }) => row).toSorted())
})

test('no row has two probes, and every probe says what to change', () => {
  expect(new Set(probes.map(({ row }) => row)).size).toBe(probes.length)
  expect(probes.filter(({ otherwise, expected }) => otherwise === '' || expected === '')).toEqual([])
})
