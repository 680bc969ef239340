import type { Outcome } from '../../shared/action/action.js'
import type { Reason, Verdict } from '../../shared/action/result.js'
import type { Deployed } from './deployed.js'
import { evidenceOf } from './describe.js'
import type { Io } from './io.js'
import type { CheckReport } from './report.js'

const reasonOf: Record<Exclude<Verdict, 'pass'>, Reason> = {
  flaky: 'smoke-flaky',
  fail: 'smoke-failed',
  inconclusive: 'smoke-inconclusive',
}

const fixOf: Record<Exclude<Verdict, 'pass'>, string> = {
  flaky:
    'It is tested again by itself, or re-run all jobs: one clean pass is needed before the next clusters are touched.',
  fail: 'Fix it upstream, or revert the pull request. The next clusters were not touched.',
  inconclusive:
    "Look at the runner's own network and DNS. It is tested again by itself, or re-run all jobs: the next clusters were not touched.",
}

const passed: Record<Deployed['aim'], string> = {
  verify: 'is verified',
  rehearse: 'passes; it is rehearsed, so nothing is verified',
  look: 'passes still',
}

/** The action's outcome: one sentence, and what every check showed. */
export function conclude(
  cluster: string,
  { releases, commit, aim }: Deployed,
  verdict: Verdict,
  reports: readonly CheckReport[],
): Outcome<Io['outputs']> {
  const bad = reports.filter((report) => report.verdict === verdict && verdict !== 'pass')
  const [first, ...others] = bad
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  const list = releases.map(({ name, revision }) => `${name} revision ${revision}`).join(', ')
  const message =
    verdict === 'pass'
      ? `${cluster} serves the new version: ${list} ${passed[aim]}.`
      : `${cluster}: ${verdict}: ${first ? `${first.name}: ${first.came}${more}` : 'nothing could be tested'}`
  const same = { cluster, releases, commit, verdict, evidence: evidenceOf(reports) }
  if (verdict === 'pass')
    return {
      finding: { decision: aim === 'verify' ? 'verified' : 'tested', reason: 'ok', message, ...same },
      outputs: { verdict },
    }
  return {
    finding: { decision: 'not-verified', reason: reasonOf[verdict], message, ...same },
    outputs: { verdict },
    problem: `${message}\n${aim === 'look' ? 'Nothing was changed: it was only looked at.' : fixOf[verdict]}`,
  }
}
