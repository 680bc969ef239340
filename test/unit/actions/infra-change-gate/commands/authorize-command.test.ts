import { expect, test } from 'vitest'
import {
  authorizeCommand,
  type CommandFacts,
} from '../../../../../actions/infra-change-gate/commands/authorize-command.js'
import { readCommand } from '../../../../../shared/commands/commands.js'
import { ackItems } from '../../../../../shared/risk/ack-items.js'

const items = ackItems([{ kind: 'ingress', group: 'component', tier: 'T2', path: 'a', what: 'up', why: 'minor' }])

function say(line: string, change: Partial<CommandFacts> = {}): string {
  const command = readCommand(line)
  if (!command) throw new Error('No command')
  const decision = authorizeCommand({
    ...{ command, standing: 'operator', edited: false, at: '2026-03-10T12:00:00Z', items },
    ...{ judgedSince: '2026-03-10T11:00:00Z', now: new Date('2026-03-10T12:00:05Z') },
    ...change,
  })
  return decision.kind === 'accept' ? 'yes' : (decision.tell ?? 'no')
}

const every = [
  '/ack 1',
  '/standby',
  '/start',
  '/try-staging',
  '/dry-run',
  '/evidence backup x 2026-03-10T09:00Z',
  '/announced https://example.org',
  '/break-glass https://example.org it is down',
]
const stops = ['/hold a talk', '/unhold']

test.each([...every, ...stops])('%s of an operator counts, of a stranger it gets no words', (line) => {
  expect([say(line), say(line, { standing: 'other' })]).toEqual(['yes', 'no'])
  expect(say(line, { standing: 'unknown' })).toContain('members: read')
  expect(say(line, { edited: true })).toContain('was edited')
})

test.each(every)('%s is about what one could see', (line) => {
  expect(say(line, { judgedSince: undefined })).toContain('a new commit')
  expect(say(line, { judgedSince: '2026-03-10T12:00:01Z' })).toContain('a new commit')
  expect(say(line, { items: undefined })).toContain('does not need that command')
})

test.each(stops)('%s needs no second look', (line) => {
  expect(say(line, { judgedSince: undefined, items: undefined })).toBe('yes')
})

test.each([
  ['/ack 2', 'The items are 1 to 1.'],
  ['/ack', '/ack NUMBER'],
  ['/evidence backup x 2026-03-09T11:00Z', 'older than 24 hours'],
  ['/evidence backup x 2026-03-10T13:00Z', 'in the future'],
])('%s is told: %s', (line, told) => {
  expect(say(line)).toContain(told)
})
