import { expect, test } from 'vitest'
import { postAlert } from '../../../../actions/external-change/soak-alert/alerts.js'
import { findOrOpen } from '../../../../actions/rollback/revert/issues.js'
import type { GitHub } from '../../../../shared/github/client.js'
import { openOwnIssue } from '../../../../shared/github/own-issue.js'
import { at, deploy, startEmulatorFixture } from '../../../fixtures/emulator.js'

const issue = { title: 'Bad', body: '<!-- a marker --> Bad', labels: ['deploy-blocked-version'] }

test('an issue by the bot of the policy stays as it was opened', async () => {
  await using fixture = await startEmulatorFixture()
  const github: GitHub = fixture.client(await fixture.gateToken())
  const { number } = await openOwnIssue(github, deploy, fixture.gate.bot, issue)
  const { data } = await github.rest.issues.get({ ...at, issue_number: number })
  expect(data).toMatchObject({ state: 'open', body: issue.body, labels: [{ name: 'deploy-blocked-version' }] })
})

test.each([
  ['a hold', (github: GitHub, bot: number) => openOwnIssue(github, deploy, bot, issue)],
  [
    'what waits for an operator',
    (github: GitHub, gateBot: number) =>
      postAlert({ github, repo: deploy, gateBot }, { kind: 'open', body: issue.body }, issue.title),
  ],
  [
    'a conflict',
    (github: GitHub, bot: number) =>
      findOrOpen(github, deploy, { policy: { apps: { gate: { bot } } } } as never, {
        ...{ ...issue, assignees: [], isIt: (body: string) => body.includes('a marker') },
      }),
  ],
] as const)(
  'with a wrong number in the policy, %s is closed at once and nothing takes it for real later',
  async (_, open) => {
    await using fixture = await startEmulatorFixture()
    const github: GitHub = fixture.client(await fixture.gateToken())
    const wrong = fixture.gate.bot + 1_000
    for (let run = 0; run < 2; run += 1) {
      await expect(open(github, wrong)).rejects.toMatchObject({
        reason: 'misconfigured',
        fix: expect.stringContaining(`bot: ${fixture.gate.bot}`),
      })
    }
    const { data } = await github.rest.issues.listForRepo({ ...at, state: 'all' })
    expect(data.map(({ state, labels }) => [state, labels])).toEqual([
      ['closed', []],
      ['closed', []],
    ])
    expect(data.filter(({ body }) => body?.includes('marker'))).toEqual([])
  },
)

test('what cannot be closed is told all the same', async () => {
  const user = { id: 9, type: 'Bot', login: 'gate[bot]' }
  const issues = { create: async () => ({ data: { number: 1, user } }), update: () => Promise.reject(new Error('no')) }
  const opened = openOwnIssue({ rest: { issues } } as never, deploy, 7, issue)
  await expect(opened).rejects.toMatchObject({ reason: 'misconfigured' })
})
