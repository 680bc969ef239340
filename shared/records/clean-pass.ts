import type { Ending } from './deployments.js'

/** A smoke test that was no clean pass is repeated so many times. */
export const retests = 3

const isUnclean = ({ record }: Ending): boolean => record.verdict === 'flaky' || record.verdict === 'inconclusive'

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
  const tested = endings.filter(({ record }) => record.verdict !== undefined && !optional.includes(record.cluster))
  const last = tested.filter(({ record }, index) =>
    tested.slice(0, index).every((newer) => newer.record.cluster !== record.cluster),
  )
  return last.filter(isUnclean)
}
