import { expect, test } from 'vitest'
import { checkWriter, isBot, isByToken } from '../../../../shared/github/bot.js'

const bot = { id: 345, type: 'Bot', login: 'lockstep-gate[bot]' }

test.each([
  ['the bot', bot, true],
  ['the bot of a renamed App', { ...bot, login: 'gatekeeper[bot]' }, true],
  ["another App's bot of the same name", { ...bot, id: 346 }, false],
  ['a person of that number', { ...bot, type: 'User' }, false],
  ['nobody', null, false],
])('%s is believed: %s', (_, user, believed) => {
  expect(isBot(user, 345)).toBe(believed)
})

const error = (writer: typeof bot, number: number): unknown => {
  try {
    checkWriter(writer, number)
    return undefined
  } catch (problem) {
    return problem
  }
}

test('a wrong number in the policy is told with the right one', () => {
  expect(error(bot, 345)).toBeUndefined()
  expect(error(bot, 12)).toMatchObject({
    reason: 'misconfigured',
    message: 'apps.gate.bot is 12, but this token writes as 345 (lockstep-gate[bot]): write `bot: 345`.',
  })
})

test.each([
  ["a job's own token", { id: 41898282, type: 'Bot', login: 'github-actions[bot]' }],
  ["a person's token", { id: 7, type: 'User', login: 'ada' }],
])('%s must never stand in the policy', (_, writer) => {
  const problem = error(writer, 12)
  expect(problem).toMatchObject({ fix: expect.stringMatching(/^Pass a token of the gate App/) })
  expect(JSON.stringify([String(problem), problem])).not.toContain('write `bot:')
})

test.each(['github-actions[bot]', 'github-actions'])(
  "a job's own comments are its own, whatever GraphQL calls it: %s (I14)",
  (viewer) => {
    const by = (login: string, type = 'Bot') => isByToken(viewer)({ user: { id: 1, login, type } })
    expect(by('github-actions[bot]')).toBe(true)
    expect([by('ada', 'User'), by('github-actions[bot]', 'User') && viewer !== 'github-actions[bot]']).toEqual([
      false,
      false,
    ])
  },
)
