import { ofIssues } from './of-issues.js'
import { ofRecords } from './of-records.js'
import { ofSettings } from './of-settings.js'
import type { Known, Readers, Verdict } from './verdict.js'

/** A row of docs/github-assumptions.md, and what this repository tells of it. */
export interface Told extends Verdict {
  row: string
}

/** Every row that reading can settle, with how. Each only reads what is there already. */
export const rowReaders: Readers = { ...ofIssues, ...ofSettings, ...ofRecords }

/** What this repository tells of each row. Pure. */
export const answerRows = (known: Known): Told[] =>
  Object.entries(rowReaders).map(([row, read]) => ({ row, ...read(known) }))
