import { expect, test } from 'vitest'
import { readGuardedIssues } from '../../../../shared/blocks/guarded-issues.js'
import { readHistories } from '../../../../shared/blocks/issue-history.js'
import type { GitHub } from '../../../../shared/github/client.js'
import { at, deploy, startEmulatorFixture } from '../../../fixtures/emulator.js'

const [hold, freeze] = ['deploy-blocked-version', 'deploy-freeze']

test('an issue with both labels tells who gave either, in whichever order they are asked for', async () => {
  await using fixture = await startEmulatorFixture()
  const gate: GitHub = fixture.client(await fixture.gateToken())
  const ada: GitHub = fixture.client(fixture.ada.token)
  const issue_number = (await gate.rest.issues.create({ ...at, title: 'Bad' })).data.number
  await ada.rest.issues.addLabels({ ...at, issue_number, labels: [hold] })
  for (let times = 0; times < 101; times += 1) {
    await gate.rest.issues.addLabels({ ...at, issue_number, labels: ['other'] })
    await gate.rest.issues.removeLabel({ ...at, issue_number, name: 'other' })
  }
  await gate.rest.issues.addLabels({ ...at, issue_number, labels: [freeze] })
  for (const order of [
    [hold, freeze],
    [freeze, hold],
  ]) {
    const asked = order.map((label) => ({ number: issue_number, label }))
    const historyOf = await readHistories(gate, deploy, asked)
    const giver = (label: string) =>
      historyOf({ number: issue_number, label })?.events.findLast((event) => event.label === label)?.by?.login
    expect([giver(hold), giver(freeze)]).toEqual(['ada', 'gate'])
  }
}, 60_000)

const policy = { operators: ['ada'], apps: { gate: { id: 1, bot: 7 } } } as never

/** GitHub with one issue whose newest events are all of another label, without an end. */
const endless = (labels: () => string[]) => {
  const issue = { number: 5, state: 'open', title: 'x', labels: labels(), user: { id: 7, type: 'Bot', login: 'gate' } }
  const actor = { __typename: 'Bot', login: 'gate', databaseId: 7 }
  const event = { __typename: 'LabeledEvent', id: 'LE_1', actor, label: { name: 'other' } }
  const nodes = Array.from({ length: 100 }, () => event)
  const timelineItems = { pageInfo: { hasPreviousPage: true, startCursor: 'x' }, nodes }
  const history = { state: 'OPEN', firstEdits: null, lastEdits: null, comments: { nodes: [] }, timelineItems }
  return {
    rest: { issues: {} },
    paginate: async (_: unknown, where: { labels: string }) => (labels().includes(where.labels) ? [issue] : []),
    graphql: async (query: string) => ({ repository: query.includes('i5:') ? { i5: history } : { issue: history } }),
  } as never
}

test('after 2,000 events the way out is told, and is one: without the label nothing reads the issue', async () => {
  let labels = [hold]
  const github = endless(() => labels)
  await expect(readGuardedIssues(github, deploy, policy, { held: hold })).rejects.toMatchObject({
    reason: 'misconfigured',
    fix: expect.stringContaining('remove the label deploy-blocked-version from it'),
  })
  labels = []
  expect(await readGuardedIssues(github, deploy, policy, { held: hold })).toEqual([])
})
