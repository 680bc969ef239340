import { expect, test } from 'vitest'
import type { LoggedRequest, WorkflowRun } from '../../../../rehearsal/github/types.js'
import { showSpent, spentBy } from '../../../../rehearsal/scenarios/spent.js'

const run = (...logs: string[]) => ({ jobs: logs.map((log) => ({ log })) }) as Pick<WorkflowRun, 'jobs'>

const runs = [
  run(
    '▶ Check\nGitHub: 30 requests by infra-change-gate, 2.5 s of waiting; 812 of 1,000 are left until 12:30 UTC\n',
    'no word of it\n',
  ),
  run(
    '| GitHub: 10 requests by infra-change-gate, 0.5 s of waiting\n▶ Lane\nGitHub: 7 requests by deploy-queue, 9.0 s of waiting\n',
  ),
]

test('steps, requests and waits are added up by action, the longest waiting first', () => {
  expect([...spentBy(runs)]).toEqual([
    ['deploy-queue', { times: 1, requests: 7, waited: 9, longest: 9, left: 1 }],
    ['infra-change-gate', { times: 2, requests: 40, waited: 3, longest: 2.5, left: 0.812 }],
  ])
})

test('the table tells requests by token, without git and without the people', () => {
  const asked = (token: LoggedRequest['token'], path: string, status = 200) => ({ method: 'GET', path, token, status })
  const text = showSpent(spentBy(runs), [
    asked('job', '/repos/a/b'),
    asked('job', '/a/b.git/info/refs?service=git-upload-pack'),
    asked('installation', '/graphql', 429),
    asked('user', '/repos/a/b', 403),
  ])
  expect(text).toMatch(/infra-change-gate +2 +40 +20\.0 +3 +2\.5 +81 %/)
  expect(text).toContain("1 requests with jobs' own tokens, 1 with Apps'; 1 refused with 403 or 429")
})
