import { type GitHub, repoRef } from '../../shared/github/client.js'
import { type Comment, keepComment } from '../../shared/github/sticky-comment.js'
import { gateCheckName, parseExternalId } from '../../shared/records/gate-check.js'
import { oneLine } from '../../shared/report/markdown.js'
import type { Verdict } from './decide.js'
import { checkSummary, comment, commentMarker } from './describe.js'

/** What the verdict is about. */
export interface Subject {
  /** `owner/name` of the deploy repo. */
  repo: string
  pull: number
  /** The commit that was looked at, and that the check belongs to. */
  head: string
  externalId: string
  /** Id of the gate App; undefined where the policy cannot be read. */
  app: number | undefined
}

/**
 * Writes the required check on the commit that was looked at. This pull request's own check run is updated in place; one
 * about another pull request with the same head is left alone, or that one could not be deployed any more.
 *
 * Returns when this commit was judged for the first time, ISO 8601; undefined where it is only now.
 */
export async function reportCheck(
  github: GitHub,
  { repo, pull, head, externalId, app }: Subject,
  verdict: Verdict,
): Promise<string | undefined> {
  const present = await github.rest.checks.listForRef({ ...repoRef(repo), ref: head, check_name: gateCheckName })
  const newest = app === undefined ? undefined : present.data.check_runs.find((run) => run.app?.id === app)
  const own = newest && parseExternalId(newest.external_id)?.pr === pull ? newest : undefined
  const check = {
    ...repoRef(repo),
    name: gateCheckName,
    external_id: externalId,
    status: 'completed' as const,
    conclusion: verdict.conclusion,
    output: { title: oneLine(verdict.title), summary: checkSummary(verdict) },
  }
  if (own) await github.rest.checks.update({ ...check, check_run_id: own.id })
  else await github.rest.checks.create({ ...check, head_sha: head })
  return own?.started_at ?? undefined
}

/** One comment a pull request: made when the check is red, changed when that changes. */
export async function reportComment(github: GitHub, { repo, pull, app }: Subject, verdict: Verdict): Promise<void> {
  // Without the policy nobody knows which comment is the gate's own; the check says it all.
  if (app === undefined) return
  const isOurs = ({ performed_via_github_app: via }: Comment): boolean => via?.id === app
  const topic = { repo, number: pull, marker: commentMarker, isOurs }
  await keepComment(github, topic, comment(verdict), verdict.conclusion !== 'success')
}
