import type { OperatorStanding } from '../duty/operators.js'

/** Somebody who had a hand in a hold or freeze. `gate` is the gate App itself. */
export interface Party {
  login: string
  standing: 'gate' | OperatorStanding
}

/** Who had a hand in an issue; undefined where GitHub does not say, or nobody did. */
export interface IssueActors {
  author: Party | undefined
  /** Who edited its text last; undefined where it is as it was written. */
  editor: Party | undefined
  /** Who gave it its label last. */
  labeller: Party | undefined
  /** Undefined while it is open. */
  closed: { by: Party | undefined; confirmed: boolean } | undefined
}

export interface IssueIntegrity {
  /** Whether it forbids anything at all: an issue is closed only by whom it may be closed by. */
  stands: boolean
  /** Whether its text may say what it is about; else it forbids everything. */
  believed: boolean
  /** For people: whom it is that is not believed, and why. */
  doubt?: string
}

const trusted = (party: Party | undefined): boolean => party?.standing === 'gate' || party?.standing === 'operator'

/** Only the gate App and operators place, change and lift holds. What is not known is not believed. */
export function judgeIntegrity({ author, editor, labeller, closed }: IssueActors, operators: string): IssueIntegrity {
  if (closed && (trusted(closed.by) || closed.confirmed)) return { stands: false, believed: false }
  const hands: [string, Party | undefined][] = [
    ['opened', author],
    ...(editor ? [['last edited', editor] satisfies [string, Party]] : []),
    ['labelled', labeller],
  ]
  const stranger = hands.find(([, party]) => !trusted(party))
  const doubts = [
    ...(closed ? [`It was closed by ${who(closed.by, operators)}, so it still applies`] : []),
    ...(stranger ? [`It was ${stranger[0]} by ${who(stranger[1], operators)}, so it blocks every version`] : []),
  ]
  return { stands: true, believed: !stranger, ...(doubts.length > 0 ? { doubt: `${doubts.join('. ')}.` } : {}) }
}

function who(party: Party | undefined, operators: string): string {
  if (!party) return 'an unknown user'
  const name = JSON.stringify(party.login)
  return party.standing === 'unknown'
    ? `${name} (this job cannot see whether they are in ${operators})`
    : `${name}, who is not an operator`
}
