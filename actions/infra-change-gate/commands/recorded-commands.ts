import { readChangeEvidence } from '../../../shared/records/change-evidence.js'
import type { RecordPlace } from '../../../shared/records/gate-deployments.js'
import type { RecordedCommand } from '../../../shared/requirements/approvals.js'
import type { Standing } from '../../../shared/requirements/person.js'

/** Every word about a pull request, with what its speaker is at this moment. */
export async function recordedCommands(
  place: RecordPlace,
  pull: number,
  standingOf: (login: string) => Promise<Standing>,
): Promise<RecordedCommand[]> {
  const words = await readChangeEvidence(place, pull)
  return Promise.all(words.map(async (word) => ({ ...word, standing: await standingOf(word.by) })))
}
