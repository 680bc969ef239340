import type { ProbeSession } from './session.js'

/** One row of docs/github-assumptions.md that calls and short runs settle. */
export interface Probe {
  /** Its id there. */
  row: string
  /** What is believed, and what the emulator does unless it is told otherwise; in the words that `ask` uses. */
  expected: string
  /** What to change here where GitHub answers otherwise: a switch of the emulator, or a file. */
  otherwise: string
  /**
   * Asks GitHub, with things of the probe's own.
   *
   * @returns what was seen, in few words.
   * @throws NotSettled where that cannot be told; any other error counts the same.
   */
  ask(session: ProbeSession): Promise<string>
}

/** The row stays without an answer, and why. */
export class NotSettled extends Error {
  override readonly name = 'NotSettled'
}
