import { readChangeEvidence } from '../../../shared/records/change-evidence.js'
import type { RecordPlace } from '../../../shared/records/gate-deployments.js'
import type { RecordedCommand } from '../../../shared/requirements/approvals.js'
import type { Standing } from '../../../shared/requirements/person.js'

/** Every recorded command under a pull request, and whether its author is an operator now. */
export async function recordedCommands(
  place: RecordPlace,
  pull: number,
  standingOf: (login: string) => Promise<Standing>,
): Promise<RecordedCommand[]> {
  const evidence = await readChangeEvidence(place, pull)
  return Promise.all(evidence.map(async (one) => ({ ...one, standing: await standingOf(one.by) })))
}
