import { expect, test } from 'vitest'
import { oldestIssue } from '../../../../actions/rollback/cluster/cluster.js'

/** Commits are named by their place on one line. */
function line() {
  const asked: string[] = []
  const github = {
    rest: {
      repos: {
        compareCommitsWithBasehead: async ({ basehead }: { basehead: string }) => {
          asked.push(basehead)
          const [base = '', head = ''] = basehead.split('...')
          return { data: { status: head > base ? 'ahead' : 'behind' } }
        },
      },
    },
  } as never
  return { asked, find: (...commits: string[]) => oldestIssue(github, 'org/deploy', commits) }
}

test('the commit that all others contain, wherever it is in the list', async () => {
  expect(await line().find('3', '1', '2')).toBe('1')
  expect(await line().find('1', '2')).toBe('1')
})

test('nobody is asked about one commit, or none', async () => {
  const { asked, find } = line()
  expect([await find('1', '1'), await find()]).toEqual(['1', undefined])
  expect(asked).toEqual([])
})
