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
  flaky:
    'It is tested again by itself, or re-run all jobs: one clean pass is needed before the next clusters are touched.',
  fail: 'Fix it upstream, or revert the pull request. The next clusters were not touched.',
  inconclusive:
    "Look at the runner's own network and DNS. It is tested again by itself, or re-run all jobs: the next clusters were not touched.",
}

const passed: Record<DeployResult['aim'], string> = {
  verify: 'is verified',
  trial: 'passes; it is a staging trial, so nothing is verified',
  soak: 'passes still',
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
    problem: `${message}\n${aim === 'soak' ? 'Nothing was changed: it was only tested.' : fixOf[verdict]}`,
  }
}
