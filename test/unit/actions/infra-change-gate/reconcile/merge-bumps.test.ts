import { expect, test } from 'vitest'
import { mergeBumps } from '../../../../../actions/infra-change-gate/reconcile/merge-bumps.js'
import { bumpBranch } from '../../../../../shared/bump/branch.js'

const policy = `version: 1
operators: [olga]
apps: { gate: { id: 1, bot: 3 }, bump: { id: 2, bot: 4 } }
releases: { service: { chart: meta, name: service, namespace: "{cluster}", values: [] } }
clusters: { staging: { wave: staging } }
merge: { bump: auto }
`

const pull = (number: number, ref: string) => ({ number, draft: false, head: { ref } })
const others = Array.from({ length: 100 }, (_, index) => pull(index + 1, `change-${index}`))

/** A deploy repo with these pages of open pull requests, and which of them were judged. */
async function judged(pages: ReturnType<typeof pull>[][]): Promise<{ numbers: number[]; pages: number }> {
  let read = 0
  const content = { type: 'file', encoding: 'base64', content: Buffer.from(policy).toString('base64') }
  const github = {
    rest: {
      repos: { get: async () => ({ data: { default_branch: 'main' } }), getContent: async () => ({ data: content }) },
      pulls: { list: undefined },
    },
    paginate: {
      async *iterator() {
        for (const data of pages) {
          read += 1
          yield { data }
        }
      },
    },
  }
  const run = { repository: 'org/deploy', sha: 'a'.repeat(40) }
  const clock = { now: () => new Date('2026-03-03T10:00:00Z') }
  const numbers: number[] = []
  await mergeBumps(github as never, { run, clock } as never, async (number) => {
    numbers.push(number)
    const finding = { decision: 'success', reason: 'pure-bump', message: '', commit: run.sha } as const
    return { finding, outputs: { merged: 'true' } }
  })
  return { numbers, pages: read }
}

test('a bump that a hundred newer pull requests stand before is merged all the same (L16)', async () => {
  expect(await judged([others, [pull(101, bumpBranch('hub'))]])).toEqual({ numbers: [101], pages: 2 })
})

test('where there are more than 2,000, what lies beyond is unknown', async () => {
  await expect(judged(Array.from({ length: 21 }, () => others))).rejects.toMatchObject({ reason: 'misconfigured' })
  expect((await judged(Array.from({ length: 20 }, () => others))).numbers).toEqual([])
})
