import {
  announcementEvidence,
  backupEvidence,
  linkedPullRequestEvidence,
  releaseNotesEvidence,
  runbookEvidence,
  stagingDayEvidence,
  stagingTrialEvidence,
  startEvidence,
} from './from-people.js'
import {
  apiDryRunEvidence,
  disruptionEvidence,
  immutableFieldsEvidence,
  removedApisEvidence,
  renderedDiffEvidence,
  versionSkewEvidence,
} from './from-rendering.js'
import type { EvidenceFacts, EvidenceModule, Shown } from './module.js'

/** Every fact that a tier may require. */
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
    const shown = module.show(facts)
    return shown ? [{ name, digest, ...shown }] : []
  })
