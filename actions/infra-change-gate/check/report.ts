import { appCheckRuns, type ListedCheckRun } from '../../../shared/github/app-check-runs.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { keepComment } from '../../../shared/github/sticky-comment.js'
import { gateCheckName, parseExternalId } from '../../../shared/records/gate-check.js'
import { oneLine } from '../../../shared/report/markdown.js'
import type { GateVerdict } from './decide.js'
import { checkSummary, commentMarker, gateComment } from './describe.js'

/** The subject of the verdict. */
export interface ReportSubject {
  /** `owner/name` of the deploy repo. */
  repo: string
  pull: number
  /** The commit that was checked, and that the check run belongs to. */
  head: string
  externalId: string
  /** The gate App, as the policy names it; undefined if the policy cannot be read. */
  app: { id: number; bot: number } | undefined
}

/**
 * Writes the required check on the commit that was checked. GitHub counts the newest check run of a name and an App. A check
 * run with the same conclusion is updated in place; for another verdict a new one is created. A check run of another pull
 * request with the same head is left alone, because its deploy needs it.
 *
 * C35: if a ruleset counts an older one, the plan still reads the newest.
 *
 * C4: it is not known whether the conclusion of a completed check run can be changed, so it never is.
 *
 * C7: "Re-run" on it starts nothing; the next comment, push or manual run checks again.
 *
 * Returns when this commit was checked for the first time, ISO 8601; undefined if that is now.
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

/** One comment for each pull request: created when the check is red, updated when the verdict changes. */
export async function reportComment(
  github: GitHub,
  { repo, pull, app }: ReportSubject,
  verdict: GateVerdict,
): Promise<void> {
  // Without the policy it is unknown which comment is the gate's own; the check has the whole text.
  if (app === undefined) return
  const topic = { repo, number: pull, marker: commentMarker, by: app.bot }
  await keepComment(github, topic, gateComment(verdict), verdict.conclusion !== 'success')
}
