import { announcementEvidence } from './announcement.js'
import { apiDryRunEvidence } from './api-dry-run.js'
import { backupEvidence } from './backup.js'
import { disruptionEvidence } from './disruption.js'
import { immutableFieldsEvidence } from './immutable-fields.js'
import { linkedPullRequestEvidence } from './linked-pull-request.js'
import type { EvidenceFacts, EvidenceModule, Shown } from './module.js'
import { releaseNotesEvidence } from './release-notes.js'
import { removedApisEvidence } from './removed-apis.js'
import { renderedDiffEvidence } from './rendered-diff.js'
import { runbookEvidence } from './runbook.js'
import { stagingDayEvidence, stagingTrialEvidence } from './staging-trial.js'
import { startEvidence } from './start.js'
import { versionSkewEvidence } from './version-skew.js'

/** Every fact that a tier may ask for. */
export const evidenceModules = {
  'rendered-diff': renderedDiffEvidence,
  'api-dry-run': apiDryRunEvidence,
  'version-skew': versionSkewEvidence,
  'removed-apis': removedApisEvidence,
  'immutable-fields': immutableFieldsEvidence,
  disruption: disruptionEvidence,
  'release-notes': releaseNotesEvidence,
  'staging-trial': stagingTrialEvidence,
  start: startEvidence,
  backup: backupEvidence,
  runbook: runbookEvidence,
  'staging-day': stagingDayEvidence,
  announcement: announcementEvidence,
  'linked-pull-request': linkedPullRequestEvidence,
} as const satisfies Record<string, EvidenceModule>

export type EvidenceName = keyof typeof evidenceModules

export interface EvidenceFact extends Partial<Shown> {
  name: EvidenceName
  ok: boolean
  /** Of the change that it is about. */
  digest: string
}

/** All that is known about the change with this digest. Pure. */
export const presentEvidence = (facts: EvidenceFacts, digest: string): EvidenceFact[] =>
  (Object.keys(evidenceModules) as EvidenceName[]).flatMap((name) => {
    const module: EvidenceModule = evidenceModules[name]
    const seen = module.show(facts)
    return seen ? [{ name, digest, ...seen }] : []
  })
