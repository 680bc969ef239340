import { expect, test } from 'vitest'
import { editedComments } from '../../../../shared/github/edited.js'

const comments = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ node_id: `c${n}`, created_at: '10:00', updated_at: '10:01' }))

const answering = (edited: string) => {
  const asked: number[] = []
  const graphql = async (_: string, { ids }: { ids: string[] }) => {
    asked.push(ids.length)
    return { nodes: ids.map((id) => ({ id, lastEditedAt: id === edited ? '2026-03-03T10:01:00Z' : null })) }
  }
  return { asked, github: { graphql } as never }
}

test('I11: however many comments moved, each is asked for the edit of its own text', async () => {
  const { asked, github } = answering('c0')
  expect([...(await editedComments(github, comments(250)))]).toEqual(['c0'])
  expect(asked).toEqual([100, 100, 50])
})

test('beyond 2,000 it is unknown, and not "changed"', async () => {
  const { asked, github } = answering('c0')
  expect((await editedComments(github, comments(2_000))).size).toBe(1)
  await expect(editedComments(github, comments(2_001))).rejects.toMatchObject({
    reason: 'misconfigured',
    fix: expect.stringContaining('Delete the useless ones'),
  })
  expect(asked).toHaveLength(20)
})

test('what is as it was written costs no request', async () => {
  const { asked, github } = answering('c0')
  const written = comments(3).map((one) => ({ ...one, updated_at: one.created_at }))
  expect((await editedComments(github, written)).size).toBe(0)
  expect(asked).toEqual([])
})
