import { describe, expect, test } from 'vitest'
import { editImagePlace, readImagePlace } from '../../../../shared/yaml/image-place.js'
import { parsePath } from '../../../../shared/yaml/path.js'

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`
const [old, fresh] = [digest('1'), digest('2')]
const hex = (text: string): string => text.slice('sha256:'.length)

/** What it is, how it is written, where the path leads, what is read, and how it is written at version 2. */
const spellings: [string, string, string, ReturnType<typeof readImagePlace>, string][] = [
  [
    'a whole reference',
    'image: quay.io/a/b:1 # why\n',
    'image',
    { name: 'quay.io/a/b', tag: '1', digest: undefined },
    'image: quay.io/a/b:2 # why\n',
  ],
  [
    'a whole reference with a digest',
    `image: "localhost:5000/b:1@${old}"\n`,
    'image',
    { name: 'localhost:5000/b', tag: '1', digest: old },
    `image: "localhost:5000/b:2@${fresh}"\n`,
  ],
  [
    'a reference by digest alone',
    `image: quay.io/a/b@${old}\r\n`,
    'image',
    { name: 'quay.io/a/b', tag: undefined, digest: old },
    `image: quay.io/a/b@${fresh}\r\n`,
  ],
  [
    'a tag',
    'image:\n  repository: a/b\n  tag: v1\n',
    'image.tag',
    { name: 'a/b', tag: 'v1', digest: undefined },
    'image:\n  repository: a/b\n  tag: "2"\n',
  ],
  [
    'a tag with registry and name beside it',
    "image: {registry: quay.io, name: a/b, tag: '1'}\n",
    'image.tag',
    { name: 'quay.io/a/b', tag: '1', digest: undefined },
    "image: {registry: quay.io, name: a/b, tag: '2'}\n",
  ],
  [
    'a tag with a digest behind it',
    `image:\n  repository: b\n  tag: 1.0@${old}\n`,
    'image.tag',
    { name: 'b', tag: '1.0', digest: old },
    `image:\n  repository: b\n  tag: 2@${fresh}\n`,
  ],
  [
    'a tag with a digest beside it',
    `image:\n  digest: ${old} # of the index\n  repository: a/b\n  tag: "1"\n`,
    'image.tag',
    { name: 'a/b', tag: '1', digest: old },
    `image:\n  digest: ${fresh} # of the index\n  repository: a/b\n  tag: "2"\n`,
  ],
  [
    'a tag with the digits of a digest beside it',
    `image:\n  repository: a/b\n  tag: "1"\n  sha: "${hex(old)}"\n`,
    'image.tag',
    { name: 'a/b', tag: '1', digest: old },
    `image:\n  repository: a/b\n  tag: "2"\n  sha: "${hex(fresh)}"\n`,
  ],
  [
    'a tag with an empty digest beside it',
    'image:\n  repository: a/b\n  tag: "1"\n  digest: ""\n',
    'image.tag',
    { name: 'a/b', tag: '1', digest: undefined },
    'image:\n  repository: a/b\n  tag: "2"\n  digest: ""\n',
  ],
  [
    'a digest with a tag beside it',
    `image: { repository: a/b, tag: "1", digest: "${old}" }\n`,
    'image.digest',
    { name: 'a/b', tag: '1', digest: old },
    `image: { repository: a/b, tag: "2", digest: "${fresh}" }\n`,
  ],
  [
    'a digest alone',
    `image:\n  repository: a/b\n  digest: ${old}`,
    'image.digest',
    { name: 'a/b', tag: undefined, digest: old },
    `image:\n  repository: a/b\n  digest: ${fresh}`,
  ],
  ['a tag without an image', 'tag: "1"\n', 'tag', { name: undefined, tag: '1', digest: undefined }, 'tag: "2"\n'],
]

describe('an image may be spelled as', () => {
  test.each(spellings)('%s', (_, text, path, place, after) => {
    expect(readImagePlace(text, parsePath(path), 'values.yaml')).toEqual(place)
    const edited = editImagePlace(text, parsePath(path), 'values.yaml', '2', fresh)
    expect(edited).toBe(after)
    expect(readImagePlace(edited, parsePath(path), 'values.yaml')).toEqual({
      ...place,
      tag: place.tag && '2',
      digest: place.digest && fresh,
    })
  })
})

test('a text that is no image has no tag, and is not edited', () => {
  const text = 'image: "quay.io/a b"\n'
  expect(readImagePlace(text, ['image'], 'values.yaml')).toEqual({ name: undefined, tag: undefined, digest: undefined })
  expect(() => editImagePlace(text, ['image'], 'values.yaml', '2', fresh)).toThrow('neither an image reference')
})

test('a tag that no registry allows is refused in every spelling', () => {
  for (const [, text, path, { tag }] of spellings.filter(([, , , place]) => place.tag !== undefined)) {
    expect(() => editImagePlace(text, parsePath(path), 'f', `${tag} x`, fresh)).toThrow('cannot be the tag')
  }
})

test('an alias is refused, and its anchor named', () => {
  const text = 'tags: &tag v1\nimage:\n  repository: a/b\n  tag: *tag\n'
  expect(() => readImagePlace(text, ['image', 'tag'], 'values.yaml')).toThrow(
    'image.tag in values.yaml is an alias: *tag refers to the anchor &tag at line 1.',
  )
  expect(() => editImagePlace(text, ['image', 'tag'], 'values.yaml', '2', fresh)).toThrow('&tag at line 1')
  expect(editImagePlace(text, ['tags'], 'values.yaml', 'v2', fresh)).toBe(text.replace('v1', 'v2'))
})
