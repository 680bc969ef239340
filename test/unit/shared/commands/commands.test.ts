import { expect, test } from 'vitest'
import { readCommand } from '../../../../shared/commands/commands.js'

test.each([
  ['/standby', { kind: 'standby' }],
  ['/start', { kind: 'start' }],
  ['/try-staging', { kind: 'try-staging' }],
  ['/dry-run', { kind: 'dry-run' }],
  ['/unhold', { kind: 'unhold' }],
  ['/ack 2', { kind: 'ack', numbers: [2] }],
  ['/ack 1, 2 12', { kind: 'ack', numbers: [1, 2, 12] }],
  ['/hold until the talk is over', { kind: 'hold', reason: 'until the talk is over' }],
  [
    '/evidence backup hub-db-17 2026-03-02T09:30+01:00',
    { kind: 'backup', id: 'hub-db-17', made: '2026-03-02T08:30:00.000Z' },
  ],
  ['/announced https://example.org/news', { kind: 'announced', link: 'https://example.org/news' }],
  [
    '/break-glass https://example.org/incident/1 the hub is down',
    { kind: 'break-glass', link: 'https://example.org/incident/1', reason: 'the hub is down' },
  ],
])('%s is understood', (line, command) => {
  expect(readCommand(line)).toEqual(command)
})

test.each([
  '/ack',
  '/ack all',
  '/ack 0',
  '/ack 1;2',
  '/start now',
  '/hold',
  '/evidence backup',
  '/evidence backup id yesterday',
  '/evidence backup id 2026-02-31',
  '/evidence backup id 2026-03-02T09:30',
  '/announced news',
  '/break-glass the hub is down',
  '/break-glass https://example.org/incident/1',
  '/break-glass http://example.org/incident/1 x',
])('%s says how it is written', (line) => {
  expect(readCommand(line)).toMatchObject({ kind: 'unclear', usage: expect.stringMatching(/^\//) })
})

test.each(['/merge', '/startle', 'well, /start', '/', '', '/approve 1234567', '/acknowledge 1'])(
  '%j is none of them',
  (line) => {
    expect(readCommand(line)).toBeUndefined()
  },
)
