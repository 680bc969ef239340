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
  /** What comes of main and the pull request, or the paths that both changed; undefined where that was not tried. */
  merge: { sha: string } | { conflicts: string[] } | undefined
  /** What the pull request changes; undefined where GitHub does not list that whole. */
  digest: string | undefined
  /** The clusters in the wave staging. */
  clusters: string[]
}

export type StagingTrialDecision =
  | { kind: 'go'; merge: string; digest: string }
  | { kind: 'refuse'; reason: Reason; message: string; fix: string }

/** May this pull request be rehearsed on staging? It runs there with all that its charts say, before anybody merged it. */
export function decideStagingTrial(facts: StagingTrialFacts): StagingTrialDecision {
  const { actor, standing, operators, asked, main, started, pull, merge, digest, clusters } = facts
  const again = 'Look at the pull request as it is now, and start it again with its newest commit.'
  if (standing !== 'operator') {
    return refuse('not-operator', `${JSON.stringify(actor)} is not an operator.`, `Ask an operator: ${operators}.`)
  }
  if (clusters.length === 0) {
    return refuse('target-missing', 'The policy has no cluster in the wave "staging".', 'Add one to rehearse changes.')
  }
  if (!pull.open || pull.into !== main.name) {
    return refuse(
      'input-invalid',
      `#${pull.number} is no open pull request into ${main.name}.`,
      'Give the number of one.',
    )
  }
  if (pull.head !== asked.head) {
    const [now, then] = [pull.head.slice(0, 7), asked.head.slice(0, 7) || 'nothing']
    return refuse('stale-plan', `#${pull.number} is at ${now}, and ${then} was asked for.`, again)
  }
  if (started !== main.tip) {
    return refuse(
      'stale-plan',
      `${main.name} has moved since this was started.`,
      'Start it again, instead of re-running it.',
    )
  }
  if (digest === undefined) {
    return refuse('input-invalid', `#${pull.number} changes more files than GitHub lists at once.`, 'Make it smaller.')
  }
  if (asked.digest !== '' && asked.digest !== digest) {
    return refuse('stale-plan', `#${pull.number} does not change what was asked for.`, again)
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
    return refuse('stale-plan', `#${pull.number} was not merged with ${main.name} to look at.`, again)
  }
  return { kind: 'go', merge: merge.sha, digest }
}

const refuse = (reason: Reason, message: string, fix: string): StagingTrialDecision => ({
  kind: 'refuse',
  reason,
  message,
  fix,
})
