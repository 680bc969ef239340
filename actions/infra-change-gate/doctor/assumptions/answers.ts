import { ofIssues } from './of-issues.js'
import { ofRecords } from './of-records.js'
import { ofSettings } from './of-settings.js'
import type { Known, Readers, Verdict } from './verdict.js'

/** A row of docs/github-assumptions.md, and what this repository tells of it. */
export interface Told extends Verdict {
  row: string
}

/** Every row that reading can settle, with how. Each only reads what is there already. */
export const readers: Readers = { ...ofIssues, ...ofSettings, ...ofRecords }

/** What this repository tells of each row. Pure. */
export const answers = (known: Known): Told[] => Object.entries(readers).map(([row, read]) => ({ row, ...read(known) }))
