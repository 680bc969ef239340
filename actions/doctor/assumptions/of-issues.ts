import type { PastComment, PastIssue } from './past.js'
import { afterRow, asBelieved, notSeen, otherwise, type Readers, type Verdict, verdictOf } from './verdict.js'

/** Who did what: issues, comments, merges. */
export const ofIssues: Readers = {
  I9: ({ issues }) => verdictOf(issues, labelsAtCreation),
  I10: ({ issues }) => verdictOf(issues, editorOfLabeled),
  I11: ({ comments }) => verdictOf(comments, movedByReactions),
  I14: ({ viewer }) =>
    verdictOf(viewer, (login) =>
      login === 'github-actions[bot]'
        ? asBelieved('A job is github-actions[bot] to GraphQL as well.')
        : otherwise(`To GraphQL a job is ${login}.`),
    ),
  I15: ({ autoMergers }) =>
    verdictOf(autoMergers, (types) => {
      const strange = types.filter((type) => type !== 'User')
      if (types.length === 0) return notSeen('Nothing has merged by itself.')
      return strange.length === 0
        ? asBelieved('What merged by itself has a person as who merged it.')
        : otherwise(`What merged by itself was merged by ${[...new Set(strange)].join(', ')}.`)
    }),
  I16: ({ issues }) =>
    verdictOf(issues, (all) => {
      const twice = all.flatMap(({ edits }) => (edits && edits.first !== edits.last ? [edits] : []))
      const newest = twice.filter(({ first, last }) => afterRow(first, last)).length
      if (twice.length === 0) return notSeen('No issue of the gate App was edited twice.')
      return newest === twice.length
        ? asBelieved('Edits are listed newest first.')
        : otherwise(newest === 0 ? 'Edits are listed oldest first.' : 'Edits are listed in no order.')
    }),
}

function labelsAtCreation(issues: PastIssue[]): Verdict {
  const labeled = issues.filter(({ labels }) => labels > 0)
  if (labeled.length === 0) return notSeen('No issue of the gate App has a label.')
  return labeled.every((issue) => issue.labeled.length > 0)
    ? asBelieved('Labels that an issue was opened with are events.')
    : otherwise('Labels that an issue was opened with are no events.')
}

function editorOfLabeled(issues: PastIssue[]): Verdict {
  const unedited = issues.filter(({ edits }) => edits === undefined)
  if (unedited.some(({ hasEditor }) => hasEditor)) return otherwise('An issue has an editor whose text nobody changed.')
  const changed = unedited.some(({ createdAt, labeled }) => labeled.some((when) => afterRow(when, createdAt)))
  return changed
    ? asBelieved('An issue that got a label later has no editor.')
    : notSeen('No issue of the gate App got a label later.')
}

function movedByReactions(comments: PastComment[]): Verdict {
  const later = comments.filter(({ createdAt, reactedAt }) => afterRow(reactedAt, createdAt))
  if (later.length === 0) return notSeen('No comment was found that somebody reacted to later.')
  return later.every(({ createdAt, updatedAt }) => updatedAt === createdAt)
    ? asBelieved('Reactions leave updated_at of a comment.')
    : otherwise('Reactions, or something else than its text, move updated_at of a comment.')
}
