import { expect, test } from 'vitest'
import { UserError } from '../../../../shared/foundation/errors.js'
import { parsePolicy } from '../../../../shared/policy/policy.js'

const policy = (apps: string): string => `version: 1
operators: [olga]
apps: ${apps}
releases:
  hub: { chart: hub, values: ["config/{cluster}.yaml"] }
clusters:
  staging: { wave: staging }
`

function refused(apps: string): { message: string; fix: string } {
  try {
    parsePolicy(policy(apps))
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('it was taken')
}

test('four numbers of two Apps are taken', () => {
  const { apps } = parsePolicy(policy('{ gate: { id: 1, bot: 11 }, bump: { id: 2, bot: 12 } }'))
  expect(apps).toEqual({ gate: { id: 1, bot: 11 }, bump: { id: 2, bot: 12 } })
})

test.each([
  ['two Apps with one bot', '{ gate: { id: 1, bot: 11 }, bump: { id: 2, bot: 11 } }', 'are the same number'],
  ['one App twice', '{ gate: { id: 1, bot: 11 }, bump: { id: 1, bot: 12 } }', 'are the same number'],
  ["an App ID for the bot's", '{ gate: { id: 1, bot: 1 }, bump: { id: 2, bot: 12 } }', 'apps.gate.bot is the App ID'],
])('%s is refused, and it says where the right one comes from', (_, apps, message) => {
  const error = refused(apps)
  expect(error.message).toContain(message)
  expect(`${error.message} ${error.fix}`).toContain('--jq .id')
})

test.each([
  '{ gate: { id: "1", bot: 11 }, bump: { id: 2, bot: 12 } }',
  '{ gate: { id: 1, bot: "11" }, bump: { id: 2, bot: 12 } }',
])('a number in quotes is told to be written without: %s', (apps) => {
  const error = refused(apps)
  expect(`${error.message} ${error.fix}`).toMatch(/without quotes: "(id: 1|bot: 11)"/)
})
