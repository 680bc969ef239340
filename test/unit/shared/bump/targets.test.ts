import { describe, expect, test } from 'vitest'
import { computeEdit } from '../../../../shared/bump/edit.js'
import { type BumpFiles, bumpPaths, readBumpFiles } from '../../../../shared/bump/files.js'
import { lockWith } from '../../../../shared/bump/lock.js'
import { readCurrent } from '../../../../shared/bump/targets.js'
import { type Component, lockFile, parsePolicy } from '../../../../shared/policy/policy.js'

/** The component of a policy with two clusters. */
function componentWith(targets: string): Component {
  const policy = `version: 1
operators: [ada]
apps: { gate: { id: 1, bot: 90000001 }, bump: { id: 2, bot: 90000002 } }
releases: { web: {} }
clusters: { one: { wave: staging }, two: { wave: primary } }
components: { hub: { upstream: a/b, version: ["{commit}"], ${targets} } }
`
  const [component] = parsePolicy(policy).components
  if (!component) throw new Error('no component')
  return component
}

const files = (texts: Record<string, string>): BumpFiles => new Map(Object.entries(texts))
const [old, fresh] = ['1'.repeat(64), '2'.repeat(64)]
const chart = (version: string, repository = 'https://charts.example'): string =>
  `dependencies:\n- { name: hub, version: ${version}, repository: "${repository}" }\n`

describe('the version and its source', () => {
  test('are those of the first target; the others are told where they differ', () => {
    const component = componentWith('chart: [a/Chart.yaml#hub, b/Chart.yaml#hub], value: "config/{cluster}.yaml#v"')
    const texts = { 'a/Chart.yaml': chart('1.0'), 'b/Chart.yaml': chart('2.0', 'https://charts.example/') }
    expect(
      readCurrent(component, files({ ...texts, 'config/one.yaml': 'v: 1.0\n', 'config/two.yaml': 'v: "0.9"\n' })),
    ).toEqual({
      version: '1.0',
      source: { kind: 'chart', repository: 'https://charts.example', chart: 'hub' },
      others: [
        { at: 'b/Chart.yaml#hub', version: '2.0' },
        { at: 'config/two.yaml#v', version: '0.9' },
      ],
    })
  })

  test('of an image that is named by digest alone are in the lock file', () => {
    const component = componentWith('image: v.yaml#image')
    const text = { 'v.yaml': `image: quay.io/a/b@sha256:${old}\n` }
    const lock = (sha256: string) => ({
      [lockFile]: lockWith(undefined, { component: 'hub', version: '1.2-gabc', sha256 }),
    })

    expect(readCurrent(component, files({ ...text, ...lock(old) }))).toMatchObject({
      version: '1.2-gabc',
      source: { kind: 'image', name: 'quay.io/a/b' },
    })
    for (const others of [{}, lock(fresh)]) {
      expect(() => readCurrent(component, files({ ...text, ...others }))).toThrow(
        expect.objectContaining({
          reason: 'target-missing',
          fix: expect.stringContaining('Write the tag before the digest ("name:tag@sha256:11111111...")'),
        }),
      )
    }
  })

  test.each([
    ['image: [a.yaml#image, b.yaml#image]', { 'a.yaml': 'image: x/a:1\n', 'b.yaml': 'image: y/a:1\n' }, 'b.yaml#image'],
    [
      'chart: [a/Chart.yaml#hub, b/Chart.yaml#hub]',
      { 'a/Chart.yaml': chart('1'), 'b/Chart.yaml': chart('1', 'https://other.example') },
      'b/Chart.yaml#hub',
    ],
  ])('are refused where two targets are not the same: %s', (targets, texts, guilty) => {
    expect(() => readCurrent(componentWith(targets), files(texts))).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(guilty),
        fix: expect.stringContaining('two components'),
      }),
    )
  })

  test.each([
    ['image: a.yaml#image', 'image: quay.io/a/b\n', 'image in a.yaml is not an image with a tag.'],
    ['image: a.yaml#tag', 'tag: v1\n', 'tag in a.yaml does not name the image.'],
    [
      'image: a.yaml#image',
      'image: &i a:1\n---\nother: 1\n---\nimage: b:1\n',
      'image is in more than one document of a.yaml.',
    ],
    ['image: a.yaml#imag', 'image: a:1\n', 'imag does not exist in a.yaml: the file has no key "imag".'],
    [
      'chart: a.yaml#hub',
      chart('1', 'file://../hub'),
      'The dependency "hub" has no chart repository: "file://../hub".',
    ],
  ])('are refused with the place where they cannot be read: %s', (targets, text, message) => {
    expect(() => readCurrent(componentWith(targets), files({ 'a.yaml': text }))).toThrow(
      expect.objectContaining({ reason: 'target-missing', message }),
    )
  })
})

describe('an edit', () => {
  const component = componentWith('image: ["{cluster}.yaml#a.tag", "one.yaml#b"], value: one.yaml#v')
  const texts = {
    'one.yaml': 'a: { repository: x/y, tag: 1 } # a\nb: x/y:1\nv: "1"\n',
    'two.yaml': '\uFEFFa:\r\n  repository: x/y\r\n  tag: 1.10',
    [lockFile]: lockWith(undefined, { component: 'hub', version: '1', sha256: old }),
  }

  test('brings every target to the version, and leaves every other byte', () => {
    expect(computeEdit(component, files(texts), { version: '1.20', sha256: fresh })).toEqual(
      new Map([
        ['one.yaml', 'a: { repository: x/y, tag: "1.20" } # a\nb: x/y:1.20\nv: "1.20"\n'],
        ['two.yaml', '\uFEFFa:\r\n  repository: x/y\r\n  tag: "1.20"'],
        [lockFile, lockWith(undefined, { component: 'hub', version: '1.20', sha256: fresh })],
      ]),
    )
  })

  test('names only files that change', () => {
    const edit = computeEdit(component, files({ ...texts, 'two.yaml': 'a: { repository: x/y, tag: "1.20" }\n' }), {
      version: '1.20',
      sha256: fresh,
    })
    expect([...edit.keys()]).toEqual(['one.yaml', lockFile])
  })
})

describe('the files of a bump', () => {
  test('are those of the targets, once each, with the lock files beside charts', () => {
    const component = componentWith(
      'chart: ["{cluster}/Chart.yaml#hub", one/requirements.yaml#hub], value: one/Chart.yaml#v',
    )
    expect(bumpPaths(component)).toEqual([
      'one/Chart.yaml',
      'two/Chart.yaml',
      'one/requirements.yaml',
      'one/Chart.lock',
      'two/Chart.lock',
      'one/requirements.lock',
      lockFile,
    ])
  })

  test('must be there where the policy names them', async () => {
    const component = componentWith('image: "config/{cluster}.yaml#image"')
    const read = async (paths: string[]) =>
      paths.map((path) => (path === 'config/one.yaml' ? 'image: a:1\n' : undefined))
    await expect(readBumpFiles(component, read)).rejects.toMatchObject({
      reason: 'target-missing',
      message: 'The component "hub" is in config/two.yaml, which does not exist.',
    })
  })
})
