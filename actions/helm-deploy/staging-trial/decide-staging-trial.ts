import type { OperatorStanding } from '../../../shared/duty/operators.js'
import type { Reason } from '../../../shared/foundation/result.js'

export interface StagingTrialFacts {
  actor: string
  standing: OperatorStanding
  operators: string
  /** What was asked for; without a digest, whatever the pull request changes. */
  asked: { head: string; digest: string }
  /** Main's tip, and what this run was started on. */
  main: { name: string; tip: string }
  started: string
  pull: { number: number; open: boolean; head: string; into: string }
  /** The merge of main and the pull request, or the paths that conflict; undefined if it was not tried. */
  merge: { sha: string } | { conflicts: string[] } | undefined
  /** What the pull request changes; undefined where GitHub does not list that whole. */
  digest: string | undefined
  /** The clusters in the wave staging. */
  clusters: string[]
}

export type StagingTrialDecision =
  | { kind: 'go'; merge: string; digest: string }
  | { kind: 'refuse'; reason: Reason; message: string; fix: string }

/** May this pull request be tried on staging? Its charts run there with all that they contain, before anybody merged it. */
export function decideStagingTrial(facts: StagingTrialFacts): StagingTrialDecision {
  const { actor, standing, operators, asked, main, started, pull, merge, digest, clusters } = facts
  const again = 'Review the pull request as it is now, and start a new trial with its newest commit.'
  if (standing !== 'operator') {
    return refuse('not-operator', `${JSON.stringify(actor)} is not an operator.`, `Ask an operator: ${operators}.`)
  }
  if (clusters.length === 0) {
    return refuse('target-missing', 'The policy has no cluster in the wave "staging".', 'Add one for staging trials.')
  }
  if (!pull.open || pull.into !== main.name) {
    return refuse(
      'input-invalid',
      `#${pull.number} is not an open pull request into ${main.name}.`,
      'Pass the number of an open pull request.',
    )
  }
  if (pull.head !== asked.head) {
    const [now, then] = [pull.head.slice(0, 7), asked.head.slice(0, 7) || 'no commit']
    return refuse('stale-plan', `#${pull.number} is at ${now}, but the trial was requested for ${then}.`, again)
  }
  if (started !== main.tip) {
    return refuse(
      'stale-plan',
      `${main.name} has changed since this run was started.`,
      'Start a new run instead of re-running this one.',
    )
  }
  if (digest === undefined) {
    return refuse(
      'input-invalid',
      `#${pull.number} changes more files than GitHub lists at once.`,
      'Split it into smaller pull requests.',
    )
  }
  if (asked.digest !== '' && asked.digest !== digest) {
    return refuse('stale-plan', `#${pull.number} has other changes than those requested.`, again)
  }
  if (merge && 'conflicts' in merge) {
    const paths = merge.conflicts
      .slice(0, 10)
      .map((path) => JSON.stringify(path))
      .join(', ')
    const message = `#${pull.number} conflicts with ${main.name} in ${paths}.`
    return refuse('input-invalid', message, `Merge ${main.name} into it first, then start it again.`)
  }
  if (!merge) {
    return refuse('stale-plan', `#${pull.number} could not be test-merged with ${main.name}.`, again)
  }
  return { kind: 'go', merge: merge.sha, digest }
}

const refuse = (reason: Reason, message: string, fix: string): StagingTrialDecision => ({
  kind: 'refuse',
  reason,
  message,
  fix,
})
