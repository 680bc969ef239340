import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OperationId, operationPermissions } from '../../../../rehearsal/github/permissions.js'
import type { Level, Permissions } from '../../../../rehearsal/github/types.js'
import { deploy, type EmulatorFixture, startEmulatorFixture } from '../../../fixtures/emulator.js'
import { type Facts, prepare, type Sample, samples } from './samples.js'

let fixture: EmulatorFixture
let facts: Facts

beforeAll(async () => {
  fixture = await startEmulatorFixture()
  facts = await prepare(fixture)
})
afterAll(() => fixture[Symbol.asyncDispose]())

const inRepository = Object.entries(operationPermissions).filter(
  ([, { needs }]) => needs !== 'none' && needs !== 'members:read',
)
const needed = inRepository.map(([id, { route, needs }]) => {
  const alternatives = needs.split(' ').map((need) => need.split(':') as [string, Level])
  return { id: id as OperationId, route, alternatives }
})

/** Everything that any operation asks for, and `workflows` for good measure. */
const everything: Permissions = Object.fromEntries(
  ['workflows', ...needed.flatMap(({ alternatives }) => alternatives.map(([name]) => name))].map((name) => [
    name,
    'write' as const,
  ]),
)

async function send(permissions: Permissions, route: string, sample: Sample): Promise<Response> {
  const [method = '', path = ''] = route.split(' ')
  const [owner = '', repo = ''] = deploy.split('/')
  const params: Record<string, string | number> = { owner, repo, ...sample.params }
  const filled = path.replace(/:(\w+)\*?/g, (_, name: string) => String(params[name]))
  const token = fixture.github.mintJobToken(deploy, permissions, 1)
  return fetch(`${fixture.github.url}${filled}${sample.query ? `?${sample.query}` : ''}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(sample.body === undefined ? {} : { body: JSON.stringify(sample.body) }),
  })
}

test.each(needed)('$id takes exactly what the table lists', async ({ id, route, alternatives }) => {
  const make = samples[id]
  if (!make) throw new Error(`There is no sample of ${id}.`)
  const accepted = alternatives.map(([name, level]) => `${name}=${level}`).join('; ')

  const others = Object.fromEntries(
    Object.entries(everything).filter(([name]) => !alternatives.some(([own]) => own === name)),
  )
  const tooLittle = [
    others,
    ...alternatives.filter(([, level]) => level === 'write').map(([name]) => ({ [name]: 'read' as const })),
  ]
  // Every token reads metadata.
  if (alternatives[0]?.[0] !== 'metadata') {
    for (const permissions of tooLittle) {
      const refused = await send(permissions, route, make(facts, 0))
      expect([refused.status, refused.headers.get('x-accepted-github-permissions')]).toEqual([403, accepted])
    }
  }
  for (const [n, [name, level]] of alternatives.entries()) {
    const answer = await send({ [name]: level }, route, make(facts, n))
    expect(answer.ok, `${name}: ${level} gives ${answer.status} ${await answer.text()}`).toBe(true)
  }
})

// Also said when the fixture ends; here the differences are read more easily.
test("every request and answer was as GitHub's own description has it", () => {
  expect([...fixture.github.violations]).toEqual([])
})
