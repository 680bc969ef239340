import { bounded, code, link, mention, plain } from '../../shared/report/markdown.js'
import type { AskedRevert } from './asked-revert.js'

export const upstreamRevertMarker = '<!-- lockstep:upstream-revert -->'

/** The revert's own text. Numbers alone: nothing of a stranger's. */
export const upstreamRevertBody = (pull: number, issue: number): string =>
  [
    `Takes #${pull} back, because it failed when it was deployed: #${issue}.`,
    '',
    'Opened by the workflow that the issue started. Its checks may wait until somebody presses "Approve workflows to run".',
    '',
    '**What to do next:** look at it and merge it. An operator of the deploy repo then closes the hold there.',
    '',
  ].join('\n')

export const openedComment = ({ number, url }: { number: number; url: string }): string =>
  [
    upstreamRevertMarker,
    `${link(`#${number}`, url)} takes it back: look at it and merge it. Its checks may wait until somebody presses "Approve workflows to run".`,
    '',
  ].join('\n')

/** @param why GitHub's own words */
export const conflictComment = (asked: AskedRevert, assignees: string[], why: string): string =>
  bounded(
    [
      upstreamRevertMarker,
      `${assignees.map(mention).join(', ')}${assignees.length > 0 ? ': ' : ''}#${asked.pull} cannot be taken back by itself. GitHub says: ${plain(why, 400)}`,
      '',
      'Either fix it with a new pull request, or take it back by hand:',
      '',
      '```',
      'git switch --create take-back origin/HEAD',
      asked.command,
      '# mend what conflicts, then: git revert --continue',
      'git push --set-upstream origin take-back',
      '```',
      '',
      `The hold in the deploy repo stays until then: nothing that contains ${code(asked.commit.slice(0, 7))} is deployed.`,
      '',
    ].join('\n'),
  )
