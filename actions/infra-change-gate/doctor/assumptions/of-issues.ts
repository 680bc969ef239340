import type { PastComment, PastIssue } from './past.js'
import { after, believed, of, other, type Readers, unseen, type Verdict } from './verdict.js'

/** Who did what: issues, comments, merges. */
export const ofIssues: Readers = {
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
}

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
