import { announcement } from './announcement.js'
import { apiDryRun } from './api-dry-run.js'
import { backup } from './backup.js'
import { companion } from './companion.js'
import { disruption } from './disruption.js'
import { immutableFields } from './immutable-fields.js'
import type { EvidenceFacts, EvidenceModule, Shown } from './module.js'
import { releaseNotes } from './release-notes.js'
import { removedApis } from './removed-apis.js'
import { renderedDiff } from './rendered-diff.js'
import { runbook } from './runbook.js'
import { staged, stagedForADay } from './staged.js'
import { start } from './start.js'
import { versionSkew } from './version-skew.js'

/** Every fact that a tier may ask for. */
export const modules = {
  'rendered-diff': renderedDiff,
  'api-dry-run': apiDryRun,
  'version-skew': versionSkew,
  'removed-apis': removedApis,
  'immutable-fields': immutableFields,
  disruption,
  'release-notes': releaseNotes,
  staged,
  start,
  backup,
  runbook,
  'staged-for-a-day': stagedForADay,
  announcement,
  companion,
} as const satisfies Record<string, EvidenceModule>

export type EvidenceName = keyof typeof modules

export interface EvidenceFact extends Partial<Shown> {
  name: EvidenceName
  ok: boolean
  /** Of the change that it is about. */
  digest: string
}

/** All that is known about the change with this digest. Pure. */
export const evidenceOf = (facts: EvidenceFacts, digest: string): EvidenceFact[] =>
  (Object.keys(modules) as EvidenceName[]).flatMap((name) => {
    const module: EvidenceModule = modules[name]
    const seen = module.show(facts)
    return seen ? [{ name, digest, ...seen }] : []
  })
