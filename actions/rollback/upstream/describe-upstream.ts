import {
  escapeMarkdown,
  markdownCode,
  markdownLink,
  mentionLogin,
  truncateMarkdown,
} from '../../../shared/report/markdown.js'
import type { RequestedRevert } from '../revert/requested-revert.js'

export const upstreamRevertMarker = '<!-- lockstep:upstream-revert -->'

/** What is so where a job's own token opened it (A26). */
export const waitsForApproval =
  'Its workflow runs wait: somebody with write access has to press "Approve workflows to run" there.'

/**
 * The revert's own text. Numbers alone: nothing of a stranger's.
 *
 * @param waits whether its runs wait for an approval
 */
export const upstreamRevertBody = (pull: number, issue: number, waits: boolean): string =>
  [
    `Takes #${pull} back, because it failed when it was deployed: #${issue}.`,
    '',
    `Opened by the workflow that the issue started.${waits ? ` ${waitsForApproval}` : ''}`,
    '',
    '**What to do next:** look at it and merge it. An operator of the deploy repo then closes the hold there.',
    '',
  ].join('\n')

export const openedComment = ({ number, url, waits }: { number: number; url: string; waits: boolean }): string =>
  [
    upstreamRevertMarker,
    `${markdownLink(`#${number}`, url)} takes it back: look at it and merge it.${waits ? ` ${waitsForApproval}` : ''}`,
    '',
  ].join('\n')

/** @param why GitHub's own words */
export const conflictComment = (
  asked: RequestedRevert,
  { number, assignees }: { number: number; assignees: string[] },
  why: string,
): string =>
  truncateMarkdown(
    [
      upstreamRevertMarker,
      `${assignees.map(mentionLogin).join(', ')}${assignees.length > 0 ? ': ' : ''}#${asked.pull} cannot be taken back by itself. GitHub says: ${escapeMarkdown(why, 400)}`,
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
      // C22: which of GitHub's refusals that was is not known for sure.
      `Where it is a setting that is missing ("Allow GitHub Actions to create and approve pull requests", in Settings, Actions, General), turn it on and start the workflow "revert" with the issue ${number}. Changes of workflow files can only be taken back by hand.`,
      '',
      `The hold in the deploy repo stays until then: nothing that contains ${markdownCode(asked.commit.slice(0, 7))} is deployed.`,
      '',
    ].join('\n'),
  )
