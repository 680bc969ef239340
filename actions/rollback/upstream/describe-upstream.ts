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
  'Its workflow runs wait for approval: somebody with write access must press "Approve workflows to run" there.'

/**
 * The revert's own text. Numbers alone: nothing of a stranger's.
 *
 * @param waits whether its runs wait for an approval
 */
export const upstreamRevertBody = (pull: number, issue: number, waits: boolean): string =>
  [
    `Reverts #${pull}, because its deploy failed: #${issue}.`,
    '',
    `Opened by the workflow that the issue started.${waits ? ` ${waitsForApproval}` : ''}`,
    '',
    '**What to do next:** review and merge it. An operator of the deploy repo then closes the blocked version there.',
    '',
  ].join('\n')

export const openedComment = ({ number, url, waits }: { number: number; url: string; waits: boolean }): string =>
  [
    upstreamRevertMarker,
    `${markdownLink(`#${number}`, url)} reverts it: review and merge it.${waits ? ` ${waitsForApproval}` : ''}`,
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
      `${assignees.map(mentionLogin).join(', ')}${assignees.length > 0 ? ': ' : ''}#${asked.pull} cannot be reverted automatically. GitHub says: ${escapeMarkdown(why, 400)}`,
      '',
      'Fix it with a new pull request, or revert it by hand:',
      '',
      '```',
      `git switch --create revert-${asked.pull} origin/HEAD`,
      asked.command,
      '# resolve the conflicts, then: git revert --continue',
      `git push --set-upstream origin revert-${asked.pull}`,
      '```',
      '',
      // C22: which of GitHub's refusals that was is not known for sure.
      `If the setting "Allow GitHub Actions to create and approve pull requests" is off (Settings, Actions, General), turn it on and start the workflow "revert" with the issue ${number}. Changes of workflow files can only be reverted by hand.`,
      '',
      `Until then the deploy repo blocks every version that contains ${markdownCode(asked.commit.slice(0, 7))}.`,
      '',
    ].join('\n'),
  )
