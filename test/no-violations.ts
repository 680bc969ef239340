import type { Emulator } from '../rehearsal/github/types.js'

/** At the end of a test's world: everything that was asked and answered was as GitHub's own description has it. */
export function expectNoViolations({ violations }: Emulator): void {
  if (violations.size > 0) throw new Error(`Not as GitHub's OpenAPI description has it:\n${[...violations].join('\n')}`)
}
