import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

/** Of how many values a cron field with at most `all` values names. */
const countOf = (field: string, all: number): number => {
  if (field === '*') return all
  const step = /^\*\/(\d+)$/.exec(field)?.[1]
  return step ? Math.ceil(all / Number(step)) : field.split(',').length
}

/** Only schedules with minute, hour and weekday: no example uses the day of the month. */
const runsPerDay = (cron: string): number => {
  const [minute = '', hour = '', day, month, weekday = ''] = cron.split(' ')
  expect([cron, day, month]).toEqual([cron, '*', '*'])
  return (countOf(minute, 60) * countOf(hour, 24) * countOf(weekday, 7)) / 7
}

const costs = await readFile('docs/costs.md', 'utf8')
const schedules: { name: string; cron: string }[] = []
for (const repo of ['deploy-repo', 'upstream-repo']) {
  const folder = `workflows-examples/${repo}/.github/workflows`
  for (const file of (await readdir(folder)).toSorted()) {
    const text = await readFile(`${folder}/${file}`, 'utf8')
    for (const [, cron = ''] of text.matchAll(/^\s+- cron: ["'](.+)["']$/gm))
      schedules.push({ name: `${repo}/${file}`, cron })
  }
}

const totalOf = (repo: string): number =>
  Math.floor(
    schedules.filter(({ name }) => name.startsWith(repo)).reduce((total, { cron }) => total + runsPerDay(cron), 0),
  )

test('the page about costs lists every schedule of the workflow examples, with its runs a day', () => {
  const table = costs.split('<!-- schedules -->')[1]?.split('<!-- /schedules -->')[0] ?? ''
  const rows = table.split('\n').filter((line) => line.startsWith('| `'))
  expect(rows).toEqual(
    schedules.map(({ name, cron }) => `| \`${name}\` | \`${cron}\` | ${Number(runsPerDay(cron).toFixed(2))} |`),
  )
})

test('the totals of that page and of the README are the sums of these', async () => {
  const [deploy, upstream] = [totalOf('deploy-repo'), totalOf('upstream-repo')]
  expect(costs).toContain(`| scheduled runs a day | ${deploy} | ${upstream} |`)
  expect(costs).toContain(`| schedules, both repositories | ${deploy + upstream} | ${deploy + upstream} |`)
  expect(await readFile('README.md', 'utf8')).toContain(
    `about ${deploy} short scheduled workflow runs a day in the deploy repo and ${upstream} in each upstream`,
  )
})
