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
        ? asBelieved('GraphQL also names a job github-actions[bot].')
        : otherwise(`GraphQL names a job ${login}.`),
    ),
  I15: ({ autoMergers }) =>
    verdictOf(autoMergers, (types) => {
      const strange = types.filter((type) => type !== 'User')
      if (types.length === 0) return notSeen('No pull request was auto-merged.')
      return strange.length === 0
        ? asBelieved('Auto-merged pull requests name a person as the merger.')
        : otherwise(`The merger of auto-merged pull requests: ${[...new Set(strange)].join(', ')}.`)
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
    ? asBelieved('Labels given at creation are listed as events.')
    : otherwise('Labels given at creation are not listed as events.')
}

function editorOfLabeled(issues: PastIssue[]): Verdict {
  const unedited = issues.filter(({ edits }) => edits === undefined)
  if (unedited.some(({ hasEditor }) => hasEditor)) return otherwise('An issue whose text nobody changed has an editor.')
  const changed = unedited.some(({ createdAt, labeled }) => labeled.some((when) => afterRow(when, createdAt)))
  return changed
    ? asBelieved('An issue that got a label later has no editor.')
    : notSeen('No issue of the gate App got a label later.')
}

function movedByReactions(comments: PastComment[]): Verdict {
  const later = comments.filter(({ createdAt, reactedAt }) => afterRow(reactedAt, createdAt))
  if (later.length === 0) return notSeen('No comment with a later reaction was found.')
  return later.every(({ createdAt, updatedAt }) => updatedAt === createdAt)
    ? asBelieved('Reactions do not change updated_at of a comment.')
    : otherwise('Reactions, or something other than an edit, change updated_at of a comment.')
}
