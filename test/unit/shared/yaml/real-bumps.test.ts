import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { chartDependency } from '../../../../shared/yaml/chart-dependency.js'
import { spliceScalar } from '../../../../shared/yaml/splice.js'
import { bumpEdits, replay } from '../../../fixtures/bump-edits.js'
import { hasRealData, listReal, readReal, realData } from '../../../fixtures/real-data.js'

test.skipIf(!hasRealData)(`126 bumps give the real file byte for byte (${realData})`, () => {
  const all = bumpEdits.parse(JSON.parse(readReal('mybinder-bump-edits.json')))
  expect(all.flatMap((edit) => replay(edit) ?? [])).toEqual([])
  expect(all).toHaveLength(126)
})

// Helm could not read this one either: its last item is indented less than the others.
const notYaml = '2019-10-23-647c9f66-requirements.yaml'

const history = 'jupyterhub-mybinder.org-deploy/history'

/** Name and version of every dependency, in order. */
const versionsOf = (text: string): [string, string][] =>
  z
    .object({ dependencies: z.array(z.object({ name: z.string(), version: z.string() })).default([]) })
    .parse(parse(text, { schema: 'failsafe' }))
    .dependencies.map(({ name, version }) => [name, version])

/** The file with every version hidden: equal for two files that differ in versions only. */
const frame = (text: string): string => text.replace(/^( +version: *["']?)[^"'\s]+/gm, '$1')

describe.skipIf(!hasRealData)(`the dependencies of a real chart since 2018 (${realData})`, () => {
  const files = hasRealData ? listReal(history).filter((file) => /(requirements|Chart)\.yaml$/.test(file)) : []
  const all = files
    .map((file) => ({ file, text: readReal(`${history}/${file}`) }))
    .filter(({ text }) => text.includes('dependencies:'))
  const charts = all.filter(({ file }) => file !== notYaml)

  test('that was not YAML on one day is refused at the line of the mistake', () => {
    const text = readReal(`${history}/${notYaml}`)
    expect(() => chartDependency(text, 'binderhub', 'mybinder/requirements.yaml')).toThrow(
      expect.objectContaining({
        reason: 'target-missing',
        at: { file: 'mybinder/requirements.yaml', line: 17, column: 1 },
      }),
    )
  })

  test('bumped to what was deployed next, give the next file, where only versions differ', () => {
    let compared = 0
    for (const [index, { text, file }] of charts.entries()) {
      const next = charts[index + 1]
      if (!next) continue
      const wanted = new Map(versionsOf(next.text))
      const common = versionsOf(text).filter(([name]) => wanted.has(name))
      const bumped = common.reduce(
        (now, [name]) => spliceScalar(now, chartDependency(now, name).path, wanted.get(name) ?? ''),
        text,
      )
      expect(new Map(versionsOf(bumped))).toEqual(
        new Map(versionsOf(text).map(([name, old]) => [name, wanted.get(name) ?? old])),
      )
      if (frame(text) !== frame(next.text)) continue
      expect(bumped, `${file} to ${next.file}`).toBe(next.text)
      compared += 1
    }
    expect(all).toHaveLength(20)
    expect(compared).toBe(4)
  })

  test('change one line each, and nothing else in it', () => {
    let changed = 0
    for (const { text } of charts) {
      for (const [name, version] of versionsOf(text)) {
        const after = spliceScalar(text, chartDependency(text, name).path, `${version}-next`)
        const lines = text.split('\n')
        const differing = after
          .split('\n')
          .flatMap((line, index) => (line === lines[index] ? [] : [[lines[index], line]]))
        expect(differing).toEqual([
          [expect.stringContaining(version), differing[0]?.[0]?.replace(version, `${version}-next`)],
        ])
        expect(after.split('\n')).toHaveLength(lines.length)
        changed += 1
      }
    }
    expect(changed).toBeGreaterThan(100)
  })
})
