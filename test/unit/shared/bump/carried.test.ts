import { expect, test } from 'vitest'
import { z } from 'zod'
import { carriedChanges, carriedInWords, carriedTable, needsReview } from '../../../../shared/bump/carried.js'
import { type ArchivedChart, readChart } from '../../../../shared/registry/chart-archive.js'
import { packChart } from '../../../fixtures/chart-server.js'
import { hasRealData, readReal, realData } from '../../../fixtures/real-data.js'

const chart = (files: Record<string, string>): ArchivedChart => readChart(packChart('hub', '1.0.0', files))

const asksFor = (version: string): string =>
  `name: hub\nversion: 1.0.0\ndependencies:\n- {name: jupyterhub, version: ${JSON.stringify(version)}, repository: https://charts.example}\n`

test('another chart inside, other CRDs and a registry that is new are infrastructure', () => {
  const before = chart({
    'Chart.yaml': asksFor('3.3.7'),
    'crds/a.yaml': 'one',
    'values.yaml': 'image: {name: quay.io/team/hub, tag: "1"}\nold: {image: "gcr.io/x/y:1"}\n',
  })
  const after = chart({
    'Chart.yaml': asksFor('4.0.0'),
    'crds/a.yaml': 'two',
    'values.yaml': 'image: {name: evil.example/team/hub, tag: "1"}\n',
  })
  const carried = carriedChanges(before, after)
  expect(carried.filter(needsReview).map(carriedInWords)).toEqual([
    'chart jupyterhub (declared): 3.3.7 https://charts.example -> 4.0.0 https://charts.example',
    'custom resource definitions in crds/a.yaml',
    'images from evil.example',
  ])
  expect(carried.filter((one) => !needsReview(one)).map(carriedInWords)).toEqual([
    'image image: quay.io/team/hub:1 -> evil.example/team/hub:1',
    'image old.image: gcr.io/x/y:1 -> none',
  ])
})

test('a new tag of an own image and another schema of the values are told, and are no infrastructure', () => {
  const before = chart({ 'values.yaml': 'image: {name: quay.io/hub, tag: 1}\n', 'values.schema.json': '{}' })
  const after = chart({ 'values.yaml': 'image: {name: quay.io/hub, tag: 2}\n', 'values.schema.json': '{"x": 1}' })
  const carried = carriedChanges(before, after)
  expect(carried.filter(needsReview)).toEqual([])
  expect(carriedTable(carried).split('\n').slice(2)).toEqual([
    '| image image | `quay.io/hub:1` | `quay.io/hub:2` | |',
    expect.stringMatching(/^\| schema of the values values\.schema\.json \| `[0-9a-f]{12}` \| `[0-9a-f]{12}` \| \|$/),
  ])
})

test('where nothing is carried there is no table', () => {
  expect(carriedTable(carriedChanges(chart({ 'templates/a.yaml': '1' }), chart({ 'templates/a.yaml': '2' })))).toBe('')
})

test("a chart's own words cannot break the table, mention somebody or link", () => {
  const evil = 'x|y\n| @ada <img src=x> [a](https://evil.example) `z'
  const table = carriedTable([{ kind: 'chart', name: evil, before: evil, after: undefined }])
  const [, , row = '', ...rest] = table.split('\n')
  expect(rest).toEqual([])
  expect(row.replaceAll('\\|', '').split('|')).toHaveLength(6)
  expect(row.split(' | ``')[0]).not.toMatch(/<img|@ada|\]\(https/)
})

test('a long table is cut, and says so', () => {
  const many = Array.from(
    { length: 100 },
    (_, n) => ({ kind: 'image', name: `i${n}`, before: '1', after: '2' }) as const,
  )
  const lines = carriedTable(many).split('\n')
  expect([lines.length, lines.at(-1)]).toEqual([43, '| and 60 more | | | |'])
})

const carries = z.record(z.string(), z.object({ commit: z.string(), jupyterhub: z.string().nullable() }))
const bumps = z.array(z.object({ dep: z.string(), old: z.string().nullable(), new: z.string().nullable() }))

test.skipIf(!hasRealData)(
  `of the real bumps of binderhub, exactly those with another JupyterHub chart inside carry one (${realData})`,
  () => {
    const inside = carries.parse(JSON.parse(readReal('binderhub-carries.json')))
    const real = bumps
      .parse(JSON.parse(readReal('mybinder-version-bumps.json')))
      .filter(({ dep }) => dep === 'binderhub')
    const known = real.flatMap(({ old, new: to }) => {
      const [before, after] = [inside[old ?? '']?.jupyterhub, inside[to ?? '']?.jupyterhub]
      return before && after ? [{ before, after }] : []
    })
    const carrying = known.filter(({ before, after }) =>
      carriedChanges(chart({ 'Chart.yaml': asksFor(before) }), chart({ 'Chart.yaml': asksFor(after) })).some(
        needsReview,
      ),
    )
    expect(carrying.length).toBe(known.filter(({ before, after }) => before !== after).length)
    expect(carrying.length).toBeGreaterThan(50)
  },
)
