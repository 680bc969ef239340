import { expect, test } from 'vitest'
import { diffOf } from '../../../../shared/render/diff.js'
import { lineDiff } from '../../../../shared/render/line-diff.js'
import { mayBeRandom, withoutNoise } from '../../../../shared/render/noise.js'
import { objectOf, sides, workload } from '../../../fixtures/renderings.js'

const of = (before: unknown[], after: unknown[], room?: Parameters<typeof diffOf>[2]) =>
  diffOf(sides(before, after).changes, 'hub', room)
const map = (name: string, data: object) => objectOf('v1', 'ConfigMap', { data }, name)

test('an object is shown as the lines that differ, with three lines around', () => {
  const [only] = of([workload('Deployment', 'hub:1')], [workload('Deployment', 'hub:2')])
  expect(only).toMatchObject({
    kind: 'changed',
    object: 'Deployment hub',
    source: 'chart/templates/x.yaml',
    added: 1,
    removed: 1,
    left: '',
  })
  expect(only?.lines).toContain('-        - image: hub:1')
  expect(only?.lines).toContain('+        - image: hub:2')
  expect(only?.lines.length).toBeLessThan(12)
})

test('nothing of a Secret is shown, on neither side', () => {
  const secret = (value: string) => objectOf('v1', 'Secret', { data: { known: value }, stringData: { other: value } })
  for (const [before, after] of [
    [[secret('aaa')], [secret('bbb')]],
    [[], [secret('aaa')]],
    [[secret('aaa')], []],
  ] as const) {
    const diff = of([...before], [...after])
    expect(diff).toHaveLength(1)
    expect(JSON.stringify(diff)).not.toMatch(/aaa|bbb|known|other/)
  }
})

test('a sensitive value shows that it changed and not what it is', () => {
  const [only] = of([map('a', { password: 'aaa' })], [map('a', { password: 'bbb' })])
  expect(only?.lines.filter((line) => /^[-+]/.test(line))).toEqual([
    '-  password: (hidden 1)',
    '+  password: (hidden 2)',
  ])
})

test('kinds come in the order of their weight, then by name', () => {
  const objects = [
    map('b', {}),
    map('a', {}),
    objectOf('v1', 'Service'),
    workload('Deployment', 'x'),
    objectOf('v1', 'Namespace'),
  ]
  expect(of([], objects).map(({ object }) => object)).toEqual([
    'Namespace hub',
    'Deployment hub',
    'Service hub',
    'ConfigMap a',
    'ConfigMap b',
  ])
})

test('what only looks different says so', () => {
  const { changes } = sides([map('a', { x: '1', y: '2' })], [map('a', { x: '1', y: '2' })])
  expect(changes).toEqual([])
  const other = { data: { y: '2', x: '1' }, metadata: { name: 'a' }, kind: 'ConfigMap', apiVersion: 'v1' }
  const texts = [map('a', { x: '1', y: '2' }), other].map((object) =>
    sides([], [object]).head.resources.get('|ConfigMap|hub|a'),
  )
  const [before, after] = texts.map((resource, index) => resource && { ...resource, bytes: Buffer.from(`${index}`) })
  if (!before || !after) throw new Error('no ConfigMap')
  expect(diffOf([{ kind: 'changed', before, after }], 'hub')).toMatchObject([
    { lines: [], left: expect.stringContaining('order of keys') },
  ])
})

test('an object and the whole are bounded, and both say what is missing', () => {
  const large = (name: string, word: string) =>
    map(name, { text: Array.from({ length: 500 }, (_, line) => `${word} ${line}`).join('\n') })
  const names = ['a', 'b', 'c']
  const diff = of(
    names.map((name) => large(name, 'old')),
    names.map((name) => large(name, 'new')),
    { perObject: 50, total: 600 },
  )

  expect(diff.map(({ lines }) => lines.length)).toEqual([50, 50, 0])
  expect(diff.map(({ left }) => left)).toEqual([
    expect.stringMatching(/^\d+ more lines$/),
    expect.stringMatching(/more lines/),
    'not shown: the page is full',
  ])
})

test('texts without anything in common are replaced as a whole, in little time', () => {
  const text = (word: string) => Array.from({ length: 20_000 }, (_, line) => `${word} ${line}\n`).join('')
  const { added, removed, lines, left } = lineDiff(text('a'), text('b'), 10)
  expect({ added, removed, shown: lines.length, left }).toEqual({
    added: 20_000,
    removed: 20_000,
    shown: 10,
    left: 39_990,
  })
})

test('what a chart makes anew each time is no change', () => {
  const secret = (value: string) => objectOf('v1', 'Secret', { data: { password: value } })
  const pods = (image: string, sum: string) =>
    workload('Deployment', image, {
      template: {
        metadata: { annotations: { 'checksum/secret': sum } },
        spec: { containers: [{ name: 'hub', image }] },
      },
    })
  const before = [secret('r1'), pods('hub:1', 'c1')]
  const { changes, head } = sides(before, [secret('r2'), pods('hub:2', 'c2')])
  expect(mayBeRandom(changes)).toBe(true)

  const again = sides([], [secret('r3'), pods('hub:2', 'c3')]).head
  const real = withoutNoise(changes, head, again)

  expect(real.random.toSorted()).toEqual(['apps|Deployment|hub|hub', '|Secret|hub|hub'].toSorted())
  expect(
    diffOf(real.changes, 'hub').flatMap(({ lines }) =>
      lines.filter((line) => /^[-+]/.test(line)).map((line) => line.trim()),
    ),
  ).toEqual(['-        - image: hub:1', '+        - image: hub:2'])
})

test('a Secret that is not random stays a change', () => {
  const secret = (value: string) => objectOf('v1', 'Secret', { data: { password: value } })
  const { changes, head } = sides([secret('a')], [secret('b')])
  expect(withoutNoise(changes, head, head)).toEqual({ changes, random: [] })
})
