import type { Ending } from './deployments.js'

/** A smoke test that was no clean pass is repeated so many times. */
export const retryLimit = 3

// A pass that did not arrive may have been one: it is asked again, and nothing goes back for it.
const isLost = ({ record }: Ending): boolean => record.reason === 'result-lost'

const isUnclean = (ending: Ending): boolean =>
  ending.record.verdict === 'flaky' || ending.record.verdict === 'inconclusive' || isLost(ending)

/** How many smoke tests of this ending's cluster were no clean pass, until and with it. @param endings of one run, newest first */
export const uncleanUntil = (ending: Ending, endings: Ending[]): number =>
  endings.slice(endings.indexOf(ending)).filter((one) => one.record.cluster === ending.record.cluster && isUnclean(one))
    .length

/**
 * The last smoke tests of a run's clusters, where those were no clean pass. What ended before it tested anything (a freeze, a
 * plan of another attempt, a runner without network) changes nothing about that.
 *
 * @param endings of one run, newest first
 */
export function waitingForCleanPass(endings: Ending[], optional: string[]): Ending[] {
  const tested = endings.filter(
    (ending) => (ending.record.verdict !== undefined || isLost(ending)) && !optional.includes(ending.record.cluster),
  )
  const last = tested.filter(({ record }, index) =>
    tested.slice(0, index).every((newer) => newer.record.cluster !== record.cluster),
  )
  return last.filter(isUnclean)
}
