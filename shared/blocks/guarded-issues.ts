import { operatorsOf } from '../duty/operators.js'
import { isBot } from '../github/bot.js'
import { type GitHub, repoRef } from '../github/client.js'
import type { HistoryActor } from '../github/graphql-actor.js'
import type { Policy } from '../policy/policy.js'
import { blockedVersionLabel } from './blocked-versions.js'
import { type HistoryEvent, type IssueHistory, readHistories } from './issue-history.js'
import type { IssueActors, Party } from './issue-integrity.js'

export type BlockerKind = 'version-blocked' | 'deploy-freeze'

export const blockerLabels: Record<BlockerKind, string> = {
  'version-blocked': blockedVersionLabel,
  'deploy-freeze': 'deploy-freeze',
}

/** A hold or freeze, open or closed, and who had a hand in it. */
export type BlockerIssue = GuardedIssue<BlockerKind>

/** An issue that only some people may open, change and close. */
export interface GuardedIssue<K extends string> {
  kind: K
  number: number
  title: string
  url: string
  body: string
  /** ISO 8601 */
  openedAt: string
  /** ISO 8601; undefined while it is open. */
  closedAt: string | undefined
  /** Id of the event that closed it last (I19); undefined where there is none. */
  closing: string | undefined
  hands: IssueActors
}

type Listed = Awaited<ReturnType<GitHub['rest']['issues']['listForRepo']>>['data'][number]

/** Freezes first. */
export const readBlockerIssues = (github: GitHub, repo: string, policy: Policy): Promise<BlockerIssue[]> =>
  readGuardedIssues(github, repo, policy, {
    'deploy-freeze': blockerLabels['deploy-freeze'],
    'version-blocked': blockerLabels['version-blocked'],
  })

/** By kind, in the order of their labels. Costs nothing more than a list each where there never was one. */
export async function readGuardedIssues<K extends string>(
  github: GitHub,
  repo: string,
  policy: Policy,
  kinds: Record<K, string>,
): Promise<GuardedIssue<K>[]> {
  const lists = (Object.keys(kinds) as K[]).map(async (kind) => {
    const where = { ...repoRef(repo), state: 'all' as const, labels: kinds[kind], per_page: 100 }
    return (await github.paginate(github.rest.issues.listForRepo, where)).map((issue) => ({ kind, issue }))
  })
  const listed = (await Promise.all(lists)).flat().filter(({ issue }) => !issue.pull_request)
  if (listed.length === 0) return []
  const asked = listed.map(({ kind, issue }) => ({ number: issue.number, label: kinds[kind] }))
  const history = await readHistories(github, repo, asked)
  const partyOf = parties(github, policy)
  return Promise.all(
    listed.map(async ({ kind, issue }) => {
      const told = history({ number: issue.number, label: kinds[kind] })
      return {
        kind,
        number: issue.number,
        title: issue.title,
        url: issue.html_url,
        body: issue.body ?? '',
        openedAt: issue.created_at,
        closedAt: issue.closed_at ?? undefined,
        closing: closingOf(told)?.id,
        hands: await handsOf(issue, { kind, label: kinds[kind] }, told, partyOf),
      }
    }),
  )
}

const closingOf = (history: IssueHistory | undefined): HistoryEvent | undefined =>
  history?.events.findLast(({ kind }) => kind === 'closed')

type PartyOf = (actor: HistoryActor | undefined) => Promise<Party | undefined>

async function handsOf(
  { user, state }: Listed,
  { kind, label }: { kind: string; label: string },
  history: IssueHistory | undefined,
  partyOf: PartyOf,
): Promise<IssueActors> {
  const events = history?.events ?? []
  const labelled = events.findLast((event) => event.label === label)
  const closing = closingOf(history)
  const confirmations = (history?.confirmations ?? []).filter((one) => one.kind === kind && one.closing === closing?.id)
  const confirming = await Promise.all(confirmations.map(({ by }) => partyOf(by)))
  const author = await partyOf(user ? { login: user.login, type: user.type, id: user.id } : undefined)
  return {
    author,
    editor: await partyOf(history?.editor),
    // I9: whether a label that was given when the issue was opened is an event is open. Where there is none, it was its author's.
    labeller: labelled ? await partyOf(labelled.by) : author,
    closed:
      state === 'open'
        ? undefined
        : {
            by: await partyOf(closing?.by),
            confirmed: confirming.some((party) => party?.standing === 'gate'),
          },
  }
}

/** Says who is who. The gate App's bot is known by its number; where an App acts for a person, that is the person. */
function parties(github: GitHub, policy: Policy): PartyOf {
  const standingOf = operatorsOf(github, policy)
  return async (actor) => {
    if (!actor) return undefined
    const { login, type, id } = actor
    if (type === 'Bot') return { login, standing: isBot({ type, id }, policy.apps.gate.bot) ? 'gate' : 'other' }
    return { login, standing: await standingOf(login) }
  }
}
