import { expect } from 'vitest'
import type { Level, Permissions } from '../../rehearsal/github/types.js'
import type { Started } from './start-action.js'

/** One permission less: gone, or only for reading. */
export const oneLess = (all: Permissions): [missing: string, left: Permissions][] =>
  Object.entries(all).flatMap(([name, level]) => {
    const { [name]: _, ...others } = all
    const less: [string, Permissions][] = [[`${name}: ${level}`, others]]
    return level === 'write' ? [...less, [`${name}: write`, { ...others, [name]: 'read' as Level }]] : less
  })

/** The action stopped, said why, and named what it lacks: reading comes first where even that is missing. */
export function expectMissing({ code, result, log }: Started, missing: string): void {
  const [name = ''] = missing.split(':')
  expect([code, result.reason]).toEqual([1, 'missing-permission'])
  expect(log).toMatch(new RegExp(`\\b${name}: (read|write)\\b`))
}
