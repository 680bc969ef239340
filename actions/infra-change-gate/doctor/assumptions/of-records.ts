import type { Past } from './past.js'
import { believed, of, other, type Readers, unseen, type Verdict } from './verdict.js'

/** Deployments, and what a job is shown of other repositories. */
export const ofRecords: Readers = {
  D17: ({ upstreams }) => ofUpstreams(upstreams, 'records', 'Deployments'),
  D18: ({ statuses }) =>
    of(statuses, (lists) => {
      const several = lists.filter(({ ids }) => ids.length > 1)
      if (several.length === 0) return unseen('No record of the gate App has two statuses.')
      return several.every(({ ids }) => ids.every((id, index) => index === 0 || id < (ids[index - 1] ?? 0)))
        ? believed('Statuses are listed newest first.')
        : other('Statuses are not listed newest first.')
    }),
  D19: ({ statuses }) =>
    of(statuses, (lists) =>
      lists.some(({ first }) => first === 'inactive')
        ? believed('A first status was inactive.')
        : unseen('No record began with inactive: it was refused, or not tried yet.'),
    ),
  D20: ({ payloads }) =>
    of(payloads, (texts) => {
      if (texts.length === 0) return unseen('No record of the gate App was found.')
      return texts.every((text) => typeof dataOf(text) === 'object')
        ? believed('payload is the text of its JSON.')
        : other('payload is the text of its JSON once more, or of something else.')
    }),
  P8: ({ upstreams }) => ofUpstreams(upstreams, 'rest', 'pull requests and files'),
}

function ofUpstreams(upstreams: Past['upstreams'], part: 'records' | 'rest', what: string): Verdict {
  const seen = upstreams.map((one) => one[part])
  const shown = seen.flatMap((one) => ('value' in one ? [one.value] : []))
  if (shown.length === 0) return unseen('No other public repository was asked.')
  return shown.every(Boolean)
    ? believed(`GraphQL shows a job ${what} of other public repositories.`)
    : other(`GraphQL does not show a job ${what} of other public repositories.`)
}

function dataOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
