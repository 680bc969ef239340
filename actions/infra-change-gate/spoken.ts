import type { Standing } from '../../shared/infra/person.js'
import type { Spoken } from '../../shared/infra/word-facts.js'
import { readChangeWords } from '../../shared/records/change-words.js'
import type { Place } from '../../shared/records/gate-deployments.js'

/** Every word about a pull request, with what its speaker is at this moment. */
export async function spokenWords(
  place: Place,
  pull: number,
  standingOf: (login: string) => Promise<Standing>,
): Promise<Spoken[]> {
  const words = await readChangeWords(place, pull)
  return Promise.all(words.map(async (word) => ({ ...word, standing: await standingOf(word.by) })))
}
