import { coerce, compare } from 'semver'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { byCommit, withCommits } from '../../../../shared/bump/published.js'
import { defaultTemplates, matchVersion, templateProblem } from '../../../../shared/policy/version-template.js'
import { hasRealData, readReal, realData } from '../../../fixtures/real-data.js'

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
  expect(matchVersion([template], version)?.commit).toBe(commit)
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
    '{tag}',
    'release-{tag}',
  ])('%s does', (template) => {
    expect(templateProblem(template)).toBeUndefined()
  })
  const beside = 'put a character that is not a hex digit, such as "-" or "h", between {commit} and {n} or {any}'
  test.each([
    ['1.0', 'it must contain {commit} exactly once, not 0 times'],
    ['{commit}-{commit}', 'it must contain {commit} exactly once, not 2 times'],
    ['{hash}-{commit}', '{hash} is unknown; the placeholders are {commit}, {tag}, {n} and {any}'],
    ['{}-{commit}', '{} is unknown; the placeholders are {commit}, {tag}, {n} and {any}'],
    ['{tag}-{commit}', '{tag} cannot be combined with another placeholder'],
    ['{tag}{tag}', '{tag} cannot be combined with another placeholder'],
    ['{n}{commit}', beside],
    ['{any}a{commit}', beside],
    ['{commit}{any}', beside],
    ['{commit}0{n}', beside],
  ])('%s does not', (template, problem) => {
    expect(templateProblem(template)).toBe(problem)
  })
})

test.each([
  ['0.1.0-fe678dc', { commit: 'fe678dc' }],
  ['v0.6.0-fb64667', { commit: 'fb64667' }],
  ['0.2.0-072.544c0b1', { commit: '544c0b1' }],
  ['0.9.0-alpha.1.112.34b7b8e', { commit: '34b7b8e' }],
  ['0.2.0-n1011.hb49edf6', { commit: 'b49edf6' }],
  ['2.0.0-beta.1.n031.hc5adeae4', { commit: 'c5adeae4' }],
  ['1.0.0-0.dev.git.3506.hba24eb2a', { commit: 'ba24eb2a' }],
  ['4.0.0-beta.4.git.6831.habe06f4d', { commit: 'abe06f4d' }],
  ['0.10.0-49.g57919b9', { commit: '57919b9' }],
  ['2026.4.1.dev35-gd8f23065e', { commit: 'd8f23065e' }],
  ['1c7bd6e', { commit: '1c7bd6e' }],
  ['3.3.8', { tag: '3.3.8' }],
  ['v0.6', { tag: '0.6' }],
  ['4.0.0-beta.4', { tag: '4.0.0-beta.4' }],
  ['latest', {}],
  ['0.10.0-17.g82cd28d.dirty', { tag: '0.10.0-17.g82cd28d.dirty' }],
])('without a template, %s is read', (version, named) => {
  const { template: _, ...found } = matchVersion(defaultTemplates, version) ?? { template: '' }
  expect(found).toEqual(named)
})

const entry = { commit: z.string().nullable(), commit_depth: z.number().nullable() }
const chartOrder = z.object({ charts: z.record(z.string(), z.array(z.object({ version: z.string(), ...entry }))) })
const tagOrder = z.object({ tags: z.array(z.object({ tag: z.string(), ...entry })) })

interface Known {
  version: string
  commit: string | null
  commit_depth: number | null
}

/** What was published, in the order of upstream's own history; where nobody knows the commit any more, without it. */
function published(name: string): Known[] {
  const { charts } = chartOrder.parse(JSON.parse(readReal('chart-version-order.json')))
  const { tags } = tagOrder.parse(JSON.parse(readReal('repo2docker-tag-order.json')))
  return charts[name] ?? tags.map(({ tag, ...rest }) => ({ version: tag, ...rest }))
}

describe.skipIf(!hasRealData)(`versions that were published (${realData})`, () => {
  test.each([
    ['binderhub', 697, 697, 0],
    ['jupyterhub', 1058, 996, 62],
    ['repo2docker', 299, 290, 9],
  ])('of %s, all of %i are understood: %i by their commit, %i by a tag', (name, all, byHash, byTag) => {
    const versions = published(name).map((one) => ({ ...one, named: matchVersion(defaultTemplates, one.version) }))
    const wrong = versions.filter(({ commit, named }) => named?.commit && commit && !commit.startsWith(named.commit))
    expect(wrong).toEqual([])
    const [hashes, tags] = [
      versions.filter(({ named }) => named?.commit !== undefined),
      versions.filter(({ named }) => named?.tag !== undefined),
    ]
    expect([versions.length, hashes.length, tags.length]).toEqual([all, byHash, byTag])
    expect(
      tags.filter(({ version }) => !/^v?\d+(\.\d+)+(-(alpha|beta)\.\d+)?$/.test(version)).map((one) => one.version),
    ).toEqual(name === 'repo2docker' ? ['0.10.0-17.g82cd28d.dirty'] : [])
  })

  test.each([
    ['binderhub', 697],
    ['jupyterhub', 972],
    ['repo2docker', 290],
  ])(
    "the history's order of all versions of %s that name a known commit is found, which text gets wrong",
    (name, count) => {
      const known = published(name).flatMap(({ version, commit, commit_depth: depth }) =>
        commit !== null && depth !== null && matchVersion(defaultTemplates, version)?.commit
          ? [{ version, commit, depth }]
          : [],
      )
      const newestFirst = known.toSorted((a, b) => b.depth - a.depth)
      const commits = [...new Set(newestFirst.map(({ commit }) => commit))]
      const found = byCommit(
        withCommits(
          known.map(({ version }) => ({ version })),
          defaultTemplates,
        ),
        commits,
      )

      // Of several versions of one commit the longest counts.
      const longest = commits.map((commit) =>
        known.filter((one) => one.commit === commit).map(({ version }) => version),
      )
      expect(
        commits.map((commit) => longest[commits.indexOf(commit)]?.includes(found.get(commit)?.version ?? '')),
      ).toEqual(commits.map(() => true))
      expect(known).toHaveLength(count)
      const byText = newestFirst.toSorted((a, b) => compareText(b.version, a.version))
      expect(byText).not.toEqual(newestFirst)
    },
  )
})

/** SemVer's order, where both are SemVer. */
const compareText = (a: string, b: string): number => {
  const [left, right] = [coerce(a, { includePrerelease: true }), coerce(b, { includePrerelease: true })]
  return left && right ? compare(left, right) : a < b ? -1 : 1
}
