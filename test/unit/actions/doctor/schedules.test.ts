import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { cronsOf, patienceOf, silentSince } from '../../../../actions/doctor/schedules.js'
import { workflow } from '../../../fixtures/healthy-doctor-facts.js'

const day = 24 * 3_600_000

test.each([
  ['*/15 * * * *', day],
  ['7 * * * *', day],
  ['7 */6 * * *', day],
  ['41 6 * * *', 3 * day],
  ['41 6 * * 1', 15 * day],
  ['41 6 * * MON-FRI', 15 * day],
  ['0 6 1 * *', undefined],
  ['0 6 * 1 *', undefined],
])('%s may be silent for so long', (cron, patience) => {
  expect(patienceOf(cron)).toBe(patience)
})

test('every schedule of the examples is one whose silence is noticed', async () => {
  const folders = ['deploy-repo', 'upstream-repo'].map((side) => `workflows-examples/${side}/.github/workflows`)
  const files = (
    await Promise.all(folders.map(async (dir) => (await readdir(dir)).map((name) => `${dir}/${name}`)))
  ).flat()
  const crons = (await Promise.all(files.map(async (path) => cronsOf(await readFile(path, 'utf8'))))).flat()
  expect(crons.length).toBeGreaterThan(5)
  expect(crons.filter((cron) => patienceOf(cron) === undefined)).toEqual([])
})

const now = new Date('2026-06-08T12:00:00Z')
const quarterly = 'on:\n  schedule:\n    - cron: "*/15 * * * *"\n    - cron: "0 6 * * 1"\n'
const [long, old, recent] = ['2026-01-01T00:00:00Z', '2026-06-07T11:00:00Z', '2026-06-07T13:00:00Z']
const scheduled = (last: string | undefined, since = long) => ({
  ...workflow('x.yml', quarterly),
  ...{ since, scheduled: { value: last } },
})

test('the shortest of its schedules decides', () => {
  expect(silentSince(scheduled(old), now)).toBe(old)
  expect(silentSince(scheduled(recent), now)).toBe(undefined)
})

test('one that never ran counts from when GitHub came to know it, or when it was switched on again', () => {
  expect(silentSince(scheduled(undefined), now)).toBe(long)
  expect(silentSince(scheduled(undefined, recent), now)).toBe(undefined)
  expect(silentSince(scheduled(old, recent), now)).toBe(undefined)
})

test('what is switched off, has no schedule, or whose runs are hidden is not called silent', () => {
  expect(silentSince({ ...scheduled(old), state: 'disabled_manually' }, now)).toBe(undefined)
  expect(silentSince({ ...scheduled(old), text: 'on: push\n' }, now)).toBe(undefined)
  expect(silentSince({ ...scheduled(old), scheduled: { unseen: 'No.' } }, now)).toBe(undefined)
})
