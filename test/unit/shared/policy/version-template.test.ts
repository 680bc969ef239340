import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { commitOf, matchVersion, templateProblem } from '../../../../shared/policy/version-template.js'
import { hasRealData, readReal, realData } from '../yaml/real-data.js'

test.each([
  ['1.0.0-0.dev.git.{n}.h{commit}', '1.0.0-0.dev.git.3983.h383374de', '383374de'],
  ['1.0.0-0.dev.git.{n}.h{commit}', '1.0.0-0.dev.git.3983.h383374de-x', undefined],
  ['1.0.0-0.dev.git.{n}.h{commit}', 'x1.0.0-0.dev.git.3983.h383374de', undefined],
  ['1.0.0-0.dev.git.{n}.h{commit}', '1x0y0-0zdevzgitz3983zh383374de', undefined],
  ['1.0.0-0.dev.git.{n}.h{commit}', '1.0.0-0.dev.git..h383374de', undefined],
  ['1.0.0-0.dev.git.{n}.h{commit}', '1.0.0-0.dev.git.3983.h383374', undefined],
  ['1.0.0-0.dev.git.{n}.h{commit}', '1.0.0-0.dev.git.3983.h383374DE', undefined],
  ['{any}-g{commit}', '2026.4.1.dev35-gd8f23065e', 'd8f23065e'],
  ['{any}-g{commit}', 'a-gabcdef1-g1234567', '1234567'],
  ['{any}-g{commit}', '-g1234567', undefined],
  ['{any}-g{commit}', '2026.4.1', undefined],
  ['{commit}', 'a'.repeat(40), 'a'.repeat(40)],
  ['{commit}', 'a'.repeat(41), undefined],
  ['{commit}', 'abcdef', undefined],
  ['{commit}', 'abcdef1\n', undefined],
  ['v(1)+[{commit}]$', 'v(1)+[abcdef1]$', 'abcdef1'],
  ['{commit}-{n}', 'abcdef1-12', 'abcdef1'],
])('%s in %j is %s', (template, version, commit) => {
  expect(commitOf(template, version)).toBe(commit)
})

test('the first template that fits says which it was', () => {
  expect(matchVersion(['{any}-g{commit}', '{commit}'], 'abcdef1')).toEqual({ template: '{commit}', commit: 'abcdef1' })
  expect(matchVersion(['{any}-g{commit}', '{commit}'], 'latest')).toBeUndefined()
})

describe('a template must say which commit it is', () => {
  test.each([
    '1.0.0-0.dev.git.{n}.h{commit}',
    '{any}-g{commit}',
    '{commit}',
    '{n}-n{n}.h{commit}',
    '{commit}.{n}',
    '{n}h{commit}',
  ])('%s does', (template) => {
    expect(templateProblem(template)).toBeUndefined()
  })
  const beside = 'something that is no hex digit, such as "-" or "h", must stand between {commit} and {n} or {any}'
  test.each([
    ['1.0', 'it must contain {commit} exactly once, not 0 times'],
    ['{commit}-{commit}', 'it must contain {commit} exactly once, not 2 times'],
    ['{hash}-{commit}', '{hash} is none of {commit}, {n}, {any}'],
    ['{}-{commit}', '{} is none of {commit}, {n}, {any}'],
    ['{n}{commit}', beside],
    ['{any}a{commit}', beside],
    ['{commit}{any}', beside],
    ['{commit}0{n}', beside],
  ])('%s does not', (template, problem) => {
    expect(templateProblem(template)).toBe(problem)
  })
})

const chartOrder = z.object({
  charts: z.record(z.string(), z.array(z.object({ version: z.string(), commit: z.string().nullable() }))),
})
const tagOrder = z.object({ tags: z.array(z.object({ tag: z.string(), commit: z.string().nullable() })) })

describe.skipIf(!hasRealData)(`versions that were published (${realData})`, () => {
  const chartpress = [
    '{any}.git.{n}.h{commit}',
    '{any}-n{n}.h{commit}',
    '{any}.n{n}.h{commit}',
    '{any}-{commit}',
    '{any}.{n}.{commit}',
  ]

  test('697 of binderhub give their commit', () => {
    const { binderhub = [] } = chartOrder.parse(JSON.parse(readReal('chart-version-order.json'))).charts
    for (const { version, commit } of binderhub) {
      const found = matchVersion(chartpress, version)?.commit
      expect(found?.length, version).toBeGreaterThanOrEqual(7)
      expect(commit?.startsWith(found ?? '?'), version).toBe(true)
    }
    expect(binderhub).toHaveLength(697)
  })

  test('those of jupyterhub give their commit, releases give none', () => {
    const { jupyterhub = [] } = chartOrder.parse(JSON.parse(readReal('chart-version-order.json'))).charts
    const found = jupyterhub.map(({ version, commit }) => ({
      version,
      commit,
      found: matchVersion(chartpress, version)?.commit,
    }))
    const wrong = found.filter(
      (one) => one.found !== undefined && one.commit !== null && !one.commit.startsWith(one.found),
    )
    expect(wrong).toEqual([])
    const none = found.filter((one) => one.found === undefined)
    expect(none.every(({ version }) => /^v?\d+(\.\d+)*(-(alpha|beta)\.\d+)?$/.test(version))).toBe(true)
    expect(found).toHaveLength(1058)
  })

  test('299 tags of repo2docker give their commit, releases give none', () => {
    const { tags } = tagOrder.parse(JSON.parse(readReal('repo2docker-tag-order.json')))
    const none = tags.filter(({ tag, commit }) => {
      const found = matchVersion(['{any}-g{commit}', '{any}.g{commit}', '{commit}'], tag)?.commit
      if (found !== undefined && commit !== null) expect(commit.startsWith(found), tag).toBe(true)
      return found === undefined
    })
    expect(none.filter(({ tag }) => !/^v?\d+(\.\d+)+$/.test(tag)).map(({ tag }) => tag)).toEqual([
      '0.10.0-17.g82cd28d.dirty',
    ])
    expect(tags).toHaveLength(299)
  })
})
