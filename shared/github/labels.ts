/**
 * Every label that Lockstep gives or reads, with its description on GitHub. Labels are for people: what a machine relies on is
 * read from records.
 */
export const allLabels = {
  'deploy-bump': 'Deploys what was merged upstream.',
  'deploy-stale': 'Merges upstream have had no published version for a while.',
  'deploy-blocked-version': 'A version that may not be deployed. Only operators close it.',
  'deploy-freeze': 'Nothing may be deployed. Only operators close it.',
  'deploy-break-glass': 'A change skipped part of its review. Another operator reviews it afterwards.',
  'deploy-change-request': 'A change that is made outside the repository.',
  'deploy-unreviewed-commit': 'A commit that did not pass the gate. An operator approves it, or it is reverted.',
  'deploy-needs-operator': 'Lockstep cannot continue without an operator.',
  'deploy-overdue': 'A merged change has not been deployed for too long.',
  'deploy-revert': 'Asks for, or is, the revert of a failed deploy.',
  'deploy-queue-skip': 'An upstream pull request that may be merged while the deploy queue is blocked.',
  'deploy-queue-fix': 'An upstream pull request that fixes what blocks the deploy queue.',
} as const

export type Label = keyof typeof allLabels
