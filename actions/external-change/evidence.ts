import type { EvidenceName } from '../../shared/evidence/modules.js'

/** Evidence that an external change can have: nothing of it is rendered, and no manifest changes. */
export const externalChangeEvidence = [
  'removed-apis',
  'release-notes',
  'staging-trial',
  'backup',
  'runbook',
  'announcement',
  'linked-pull-request',
] as const satisfies EvidenceName[]
