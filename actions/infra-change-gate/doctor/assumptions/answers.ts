import type { Seen } from '../check.js'
import type { Facts } from '../facts.js'
import type { Past, PastComment, PastIssue } from './past.js'

/** How GitHub is here: as Lockstep believes, otherwise, or nothing tells it yet. */
export type Answer = 'believed' | 'other' | 'unseen'

/** A row of docs/github-assumptions.md, and what this repository tells of it. GitHub's words may be in `says`. */
export interface Told {
  row: string
  answer: Answer
  /** What was seen, as a sentence. */
  says: string
}

type Verdict = { answer: Answer; says: string }
/** What is known here: what GitHub showed, and of the settings as far as they decide. */
export type Known = Past & Pick<Facts, 'classic' | 'bypassers' | 'policy' | 'rules'>

const believed = (says: string): Verdict => ({ answer: 'believed', says })
const other = (says: string): Verdict => ({ answer: 'other', says })
const unseen = (says: string): Verdict => ({ answer: 'unseen', says })

/** Judges what was seen; what was not seen is no answer. */
const of = <T>(seen: Seen<T>, judge: (value: T) => Verdict): Verdict =>
  'value' in seen ? judge(seen.value) : unseen(seen.unseen)

const after = (one: string, two: string): boolean => Date.parse(one) > Date.parse(two)

/** Every row that reading can settle, with how. Each only reads what is there already. */
export const readers: Record<string, (known: Known) => Verdict> = {
  I9: ({ issues }) => of(issues, labelsAtCreation),
  I10: ({ issues }) => of(issues, editorOfLabeled),
  I11: ({ comments }) => of(comments, movedByReactions),
  I14: ({ viewer }) =>
    of(viewer, (login) =>
      login === 'github-actions[bot]'
        ? believed('A job is github-actions[bot] to GraphQL as well.')
        : other(`To GraphQL a job is ${login}.`),
    ),
  I15: ({ autoMergers }) =>
    of(autoMergers, (types) => {
      const strange = types.filter((type) => type !== 'User')
      if (types.length === 0) return unseen('Nothing has merged by itself.')
      return strange.length === 0
        ? believed('What merged by itself has a person as who merged it.')
        : other(`What merged by itself was merged by ${[...new Set(strange)].join(', ')}.`)
    }),
  I16: ({ issues }) =>
    of(issues, (all) => {
      const twice = all.flatMap(({ edits }) => (edits && edits.first !== edits.last ? [edits] : []))
      const newest = twice.filter(({ first, last }) => after(first, last)).length
      if (twice.length === 0) return unseen('No issue of the gate App was edited twice.')
      return newest === twice.length
        ? believed('Edits are listed newest first.')
        : other(newest === 0 ? 'Edits are listed oldest first.' : 'Edits are listed in no order.')
    }),
  C5: ({ externalIds }) =>
    of(externalIds, (ids) => {
      if (ids.length === 0) return unseen('No check of the gate was found.')
      const broken = ids.filter(({ whole }) => !whole)
      return broken.length === 0
        ? believed(`Up to ${Math.max(...ids.map(({ length }) => length))} characters came back whole.`)
        : other(`One of ${broken[0]?.length} characters did not come back as it was written.`)
    }),
  C18: ({ basesFollow }) =>
    of(basesFollow, (follow) => {
      if (follow.length === 0) return unseen('No open pull request is older than the newest commit.')
      return follow.every(Boolean)
        ? believed('Open pull requests have the newest commit as their base.')
        : other('Open pull requests keep an older commit as their base.')
    }),
  C26: ({ bypass }) =>
    of(bypass, (rulesets) => {
      const lists = [...new Set(rulesets.map(({ list }) => list))]
      if (lists.length === 0) return unseen('No ruleset is in force.')
      if (lists.includes('filled')) return other('The bypass list is shown to the gate App, which may not change it.')
      return lists.includes('null')
        ? other('A bypass list that the gate App may not see is null.')
        : believed('A bypass list that the gate App may not see is absent.')
    }),
  C27: ({ bypass, bypassers, policy }) =>
    of(bypass, (rulesets) => {
      const told = rulesets.map(({ may }) => may)
      const isListed = (gate: number): boolean =>
        'value' in bypassers && bypassers.value.some(({ type, id }) => type === 'Integration' && id === gate)
      if (told.length === 0) return unseen('No ruleset is in force.')
      if (told.every((may) => may === undefined)) return other('The App is told nothing of itself.')
      if (told.some((may) => may !== undefined && may !== 'never'))
        return believed('The App is told that it may bypass.')
      return isListed(policy.apps.gate.id)
        ? other('The App is on the list, and is told "never".')
        : unseen('The App is told "never", as it would be in any case.')
    }),
  C28: ({ anySource }) =>
    of(anySource, (shown) => {
      if (shown.length === 0) return unseen('No check is required from any source.')
      return shown.every((one) => one === 'absent')
        ? believed('A check from any source has no integration_id.')
        : other('A check from any source has integration_id null.')
    }),
  C32: ({ protection, classic, rules }) =>
    of(protection, (enabled) => {
      if (!('value' in rules) || rules.value.length === 0) return unseen('No ruleset is in force.')
      if (!enabled) return believed('A ruleset alone does not make protection.enabled true.')
      if (!('value' in classic)) return unseen('It is true, and whether there is classic protection cannot be seen.')
      return classic.value ? unseen('There is classic protection as well.') : other('A ruleset alone makes it true.')
    }),
  C33: ({ mergeActivities }) =>
    of(mergeActivities, (types) => {
      if (types.length === 0) return unseen('No merge was found in the activity.')
      const strange = [...new Set(types.filter((type) => type !== 'pr_merge'))]
      return strange.length === 0
        ? believed('Merges are shown as pr_merge.')
        : other(`Merges are shown as ${strange.join(', ')}.`)
    }),
  C34: ({ mergeSettings }) =>
    of(mergeSettings, (shown) =>
      shown === 'filled'
        ? believed('The ways of merging are shown to who may only read, so to who may write as well.')
        : unseen('They are not shown to a token that may only read, and the doctor has no other.'),
    ),
  C36: ({ pullsOfMerge }) =>
    of(pullsOfMerge, (count) =>
      count !== undefined && count > 1
        ? other(`For the newest merge GitHub names ${count} pull requests.`)
        : unseen('No merge was seen whose commit other pull requests have.'),
    ),
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

/** What this repository tells of each row. Pure. */
export const answers = (known: Known): Told[] => Object.entries(readers).map(([row, read]) => ({ row, ...read(known) }))

function labelsAtCreation(issues: PastIssue[]): Verdict {
  const labeled = issues.filter(({ labels }) => labels > 0)
  if (labeled.length === 0) return unseen('No issue of the gate App has a label.')
  return labeled.every((issue) => issue.labeled.length > 0)
    ? believed('Labels that an issue was opened with are events.')
    : other('Labels that an issue was opened with are no events.')
}

function editorOfLabeled(issues: PastIssue[]): Verdict {
  const unedited = issues.filter(({ edits }) => edits === undefined)
  if (unedited.some(({ hasEditor }) => hasEditor)) return other('An issue has an editor whose text nobody changed.')
  const changed = unedited.some(({ createdAt, labeled }) => labeled.some((when) => after(when, createdAt)))
  return changed
    ? believed('An issue that got a label later has no editor.')
    : unseen('No issue of the gate App got a label later.')
}

function movedByReactions(comments: PastComment[]): Verdict {
  const later = comments.filter(({ createdAt, reactedAt }) => after(reactedAt, createdAt))
  if (later.length === 0) return unseen('No comment was found that somebody reacted to later.')
  return later.every(({ createdAt, updatedAt }) => updatedAt === createdAt)
    ? believed('Reactions leave updated_at of a comment.')
    : other('Reactions, or something else than its text, move updated_at of a comment.')
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
