import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { compareRenders } from '../../../../shared/render/compare.js'
import { objectList } from '../../../../shared/render/object-list.js'

/** Numbers that look random and are the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
}

const words = ['plain', 'größer ☃ 🚀', '"--- quoted"', '# no comment', 'a: b', '', '---', 'x'.repeat(300)]
const styles = [
  (name: string, text: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  x: ${text}\n`,
  (name: string, text: string) => `data: {x: ${text}}\nmetadata: {name: "${name}"}\nkind: ConfigMap\napiVersion: v1\n`,
  (name: string, text: string) =>
    `# about ${name}\n\nkind: "ConfigMap"\napiVersion: v1\ndata:\n  "x": ${text} # why\nmetadata:\n  name: '${name}'\n`,
  (name: string, text: string) =>
    `apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: ${name}\r\ndata:\r\n  x: ${text}\r\n`,
]
const blocks = [
  (name: string, text: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  x: |-\n    ---\n    ${text}\n    # Source: no/template\n`,
]

/** A rendering of up to 12 objects in all kinds of notation, with empty documents and comments in between. */
function rendering(random: (below: number) => number): string {
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T
  const documents = Array.from({ length: 12 }, (_, index) => {
    if (random(4) === 0) return pick(['', '# Source: meta/templates/empty.yaml\n', '\n \n', '# only words\n'])
    const word = pick(words)
    const text = random(3) === 0 ? pick(blocks)(`n${index}`, word) : pick(styles)(`n${index}`, JSON.stringify(word))
    return pick(['', '# Source: meta/templates/x.yaml\n']) + text
  })
  return documents.map((text) => `${pick(['---\n', '--- \n', '--- # next\n'])}${text}`).join('')
}

/** The plain way: everything is parsed, by another library. */
function parsed(text: string): Map<string, unknown> {
  const objects = parseAllDocuments(text, { strict: false }) as { toJS(): unknown }[]
  const named = objects.map((document) => document.toJS() as { metadata: { name: string } } | null)
  return new Map(named.flatMap((object) => (object === null ? [] : [[object.metadata.name, object] as const])))
}

const seeds = Array.from({ length: 60 }, (_, seed) => seed + 1)

test('what differs is what differs when everything is parsed, whatever the notation', async () => {
  let different = 0
  for (const seed of seeds) {
    const random = numbers(seed)
    const [before, after] = [rendering(random), rendering(random)]
    const { diffs, counts } = await compareRenders({
      ...{ before: Buffer.from(before), after: Buffer.from(after), again: async () => Buffer.from(after) },
      ...{ namespace: 'hub', target: undefined, room: { perObject: 10, total: 1e6 } },
    })
    const [old, now] = [parsed(before), parsed(after)]
    const names = [...new Set([...old.keys(), ...now.keys()])].toSorted()
    const expected = names.filter((name) => !isDeepStrictEqual(old.get(name), now.get(name)))
    const found = diffs.filter(({ left }) => left !== 'only comments or the order of keys changed')
    expect(found.map(({ object }) => object.replace('ConfigMap ', '')).toSorted(), `seed ${seed}`).toEqual(expected)
    expect(counts.added).toBe(names.filter((name) => !old.has(name)).length)
    expect(counts.removed).toBe(names.filter((name) => !now.has(name)).length)
    different += expected.length
  }
  expect(different).toBeGreaterThan(seeds.length)
})

test('a sheet holds what was written since it was cleared, in whatever pieces it came', () => {
  const one = objectList()
  const large = Buffer.alloc(3 * 2 ** 20, 'large')
  for (const chunk of [large, Buffer.from('and more')]) one.add(chunk)
  expect(one.bytes().equals(Buffer.concat([large, Buffer.from('and more')]))).toBe(true)

  one.clear()
  expect(one.bytes()).toHaveLength(0)
  one.add(Buffer.from('the next'))
  expect(one.bytes().toString()).toBe('the next')
})
