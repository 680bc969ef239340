import type { GitHub } from '../github/client.js'
import { editedComments } from '../github/edited.js'
import type { StickyComment } from '../github/sticky-comment.js'
import type { OperatorStanding } from './operators.js'

/** `/assign @somebody`, which hands over, or `/assign`, which accepts that. */
export interface Reassignment {
  /** The comment's id. */
  id: number
  by: string
  operator: boolean
  /** Undefined for `/assign` alone. */
  to: string | undefined
}

/** Handed over, and not accepted yet. */
export interface DutyOffer {
  id: number
  from: string
  to: string
}

export interface Duty {
  /** Logins; nobody where it is the operators'. */
  duty: string[]
  offers: DutyOffer[]
}

/**
 * Who is on duty after all that was said, oldest first. Whoever is on duty may hand over, and operators may; it changes hands
 * only when it is accepted. An operator's `/assign` takes it without being asked. Others change nothing.
 */
export function reassignDuty(base: string[], words: Reassignment[]): Duty {
  return words.reduce<Duty>(
    ({ duty, offers }, { id, by, operator, to }) => {
      const mine = duty.some((login) => same(login, by))
      if (to !== undefined) {
        if (!(mine || operator) || duty.some((login) => same(login, to))) return { duty, offers }
        return { duty, offers: [...offers.filter((offer) => !same(offer.to, to)), { id, from: by, to }] }
      }
      const offer = offers.find((one) => same(one.to, by))
      if (!offer) return operator && !mine ? { duty: [by], offers: [] } : { duty, offers }
      // An operator who was not on duty handed over everybody's.
      const fromDuty = duty.some((login) => same(login, offer.from))
      const stay = fromDuty ? duty.filter((login) => !same(login, offer.from)) : []
      return { duty: [...stay, by], offers: offers.filter(({ from }) => !same(from, offer.from)) }
    },
    { duty: base, offers: [] },
  )
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

const command = /^\/assign(?:\s+@([A-Za-z0-9][\w-]{0,38}))?\s*$/

/** What people said under a pull request. A comment that was changed after it was written says nothing: others may change it. */
export async function reassignmentsIn(
  github: GitHub,
  comments: StickyComment[],
  standingOf: (login: string) => Promise<OperatorStanding>,
): Promise<Reassignment[]> {
  const said = comments.filter(({ body, user }) => user && user.type !== 'Bot' && command.test(firstLine(body)))
  const edited = await editedComments(github, said)
  const words = said.map(async ({ id, node_id, body, user }): Promise<Reassignment[]> => {
    if (!user || edited.has(node_id)) return []
    const operator = (await standingOf(user.login)) === 'operator'
    return [{ id, by: user.login, operator, to: command.exec(firstLine(body))?.[1] }]
  })
  return (await Promise.all(words)).flat()
}

const firstLine = (body: string | undefined): string => body?.split(/\r?\n/)[0] ?? ''
