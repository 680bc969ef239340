import { expect } from 'vitest'
import type { Emulator } from '../rehearsal/github/types.js'

/** At the end of a test's world: everything that was asked and answered was as GitHub's own description has it. */
export function expectNoViolations(github: Emulator): void {
  expect([...github.violations], "differences from GitHub's OpenAPI description").toEqual([])
}
