import type { Reason, SmokeVerdict } from '../../shared/foundation/result.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import type { DeployResult } from './deployed.js'
import { testEvidence } from './describe.js'
import type { Io } from './io.js'
import type { CheckReport } from './report.js'

const reasonOf: Record<Exclude<SmokeVerdict, 'pass'>, Reason> = {
  flaky: 'smoke-flaky',
  fail: 'smoke-failed',
  inconclusive: 'smoke-inconclusive',
}

const fixOf: Record<Exclude<SmokeVerdict, 'pass'>, string> = {
  flaky: 'Lockstep repeats the test, or re-run all jobs: the next clusters are upgraded only after a clean pass.',
  fail: 'Fix it upstream, or revert the pull request. The next clusters were not upgraded.',
  inconclusive:
    "Check the runner's own network and DNS. Lockstep repeats the test, or re-run all jobs. The next clusters were not upgraded.",
}

const passed: Record<DeployResult['aim'], string> = {
  verify: 'is verified',
  trial: 'passes; this is a staging trial, so nothing is recorded as verified',
  soak: 'still passes',
}

/** The action's outcome: one sentence, and what every check showed. */
export function concludeTest(
  cluster: string,
  { releases, commit, aim }: DeployResult,
  verdict: SmokeVerdict,
  reports: readonly CheckReport[],
): ActionOutcome<Io['outputs']> {
  const bad = reports.filter((report) => report.verdict === verdict && verdict !== 'pass')
  const [first, ...others] = bad
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  const list = releases.map(({ name, revision }) => `${name} revision ${revision}`).join(', ')
  const message =
    verdict === 'pass'
      ? `${cluster} serves the new version: ${list} ${passed[aim]}.`
      : `${cluster}: ${verdict}: ${first ? `${first.name}: ${first.came}${more}` : 'nothing could be tested'}`
  const same = { cluster, releases, commit, verdict, evidence: testEvidence(reports) }
  if (verdict === 'pass')
    return {
      finding: { decision: aim === 'verify' ? 'verified' : 'tested', reason: 'ok', message, ...same },
      outputs: { verdict },
    }
  return {
    finding: { decision: 'not-verified', reason: reasonOf[verdict], message, ...same },
    outputs: { verdict },
    problem: `${message}\n${aim === 'soak' ? 'Nothing was changed: this was only a test.' : fixOf[verdict]}`,
  }
}
