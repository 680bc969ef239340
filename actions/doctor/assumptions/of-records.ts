import type { Past } from './past.js'
import { asBelieved, notSeen, otherwise, type Readers, type Verdict, verdictOf } from './verdict.js'

/** Deployments, and what a job is shown of other repositories. */
export const ofRecords: Readers = {
  D17: ({ upstreams }) => ofUpstreams(upstreams, 'records', 'Deployments'),
  D18: ({ statuses }) =>
    verdictOf(statuses, (lists) => {
      const several = lists.filter(({ ids }) => ids.length > 1)
      if (several.length === 0) return notSeen('No record of the gate App has two statuses.')
      return several.every(({ ids }) => ids.every((id, index) => index === 0 || id < (ids[index - 1] ?? 0)))
        ? asBelieved('Statuses are listed newest first.')
        : otherwise('Statuses are not listed newest first.')
    }),
  D19: ({ statuses }) =>
    verdictOf(statuses, (lists) =>
      lists.some(({ first }) => first === 'inactive')
        ? asBelieved('A record has "inactive" as its first status.')
        : notSeen('No record starts with "inactive": GitHub refused it, or it was not tried yet.'),
    ),
  D20: ({ payloads }) =>
    verdictOf(payloads, (texts) => {
      if (texts.length === 0) return notSeen('No record of the gate App was found.')
      return texts.every((text) => typeof dataOf(text) === 'object')
        ? asBelieved('payload is JSON text.')
        : otherwise('payload is JSON text encoded twice, or something else.')
    }),
  P8: ({ upstreams }) => ofUpstreams(upstreams, 'rest', 'pull requests and files'),
}

function ofUpstreams(upstreams: Past['upstreams'], part: 'records' | 'rest', what: string): Verdict {
  const seen = upstreams.map((one) => one[part])
  const shown = seen.flatMap((one) => ('value' in one ? [one.value] : []))
  if (shown.length === 0) return notSeen('No other public repository was queried.')
  return shown.every(Boolean)
    ? asBelieved(`GraphQL shows a job ${what} of other public repositories.`)
    : otherwise(`GraphQL does not show a job ${what} of other public repositories.`)
}

function dataOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
