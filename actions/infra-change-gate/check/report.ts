import { appCheckRuns, type ListedCheckRun } from '../../../shared/github/app-check-runs.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { keepComment } from '../../../shared/github/sticky-comment.js'
import { gateCheckName, parseExternalId } from '../../../shared/records/gate-check.js'
import { oneLine } from '../../../shared/report/markdown.js'
import type { GateVerdict } from './decide.js'
import { checkSummary, commentMarker, gateComment } from './describe.js'

/** What the verdict is about. */
export interface ReportSubject {
  /** `owner/name` of the deploy repo. */
  repo: string
  pull: number
  /** The commit that was looked at, and that the check belongs to. */
  head: string
  externalId: string
  /** The gate App, as the policy has it; undefined where that cannot be read. */
  app: { id: number; bot: number } | undefined
}

/**
 * Writes the required check on the commit that was looked at. GitHub counts the newest check run of a name and an App. One
 * that says the same is updated in place; for another verdict a new one is made. One about another pull request with the
 * same head is left alone, or that one could not be deployed any more.
 *
 * C35: should a ruleset count an older one, the plan still reads the newest.
 *
 * C4: whether a completed check run can be changed to another conclusion is not known, so none ever is.
 *
 * C7: "Re-run" on it reaches nobody; the next comment, push or run by hand judges again.
 *
 * Returns when this commit was judged for the first time, ISO 8601; undefined where it is only now.
 */
export async function reportCheck(
  github: GitHub,
  { repo, pull, head, externalId, app }: ReportSubject,
  verdict: GateVerdict,
): Promise<string | undefined> {
  const runs = app ? await appCheckRuns(github, { repo, commit: head, name: gateCheckName, app: app.id }) : []
  const [newest] = runs
  const isOwn = (run: ListedCheckRun): boolean => parseExternalId(run.external_id)?.pr === pull
  const own = runs.filter(isOwn)
  const same = newest && isOwn(newest) && newest.external_id === externalId && newest.conclusion === verdict.conclusion
  const check = {
    ...repoRef(repo),
    name: gateCheckName,
    external_id: externalId,
    status: 'completed' as const,
    conclusion: verdict.conclusion,
    output: { title: oneLine(verdict.title), summary: checkSummary(verdict) },
  }
  if (same) await github.rest.checks.update({ ...check, check_run_id: newest.id })
  else await github.rest.checks.create({ ...check, head_sha: head })
  return own.flatMap(({ started_at: at }) => at ?? []).toSorted()[0]
}

/** One comment a pull request: made when the check is red, changed when that changes. */
export async function reportComment(
  github: GitHub,
  { repo, pull, app }: ReportSubject,
  verdict: GateVerdict,
): Promise<void> {
  // Without the policy nobody knows which comment is the gate's own; the check says it all.
  if (app === undefined) return
  const topic = { repo, number: pull, marker: commentMarker, by: app.bot }
  await keepComment(github, topic, gateComment(verdict), verdict.conclusion !== 'success')
}
