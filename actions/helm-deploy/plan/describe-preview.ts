import type { UserError } from '../../../shared/foundation/errors.js'
import type { ClusterPlan } from '../../../shared/render/cluster-plan.js'
import { escapeMarkdown, markdownCode, truncateMarkdown } from '../../../shared/report/markdown.js'
import { commentRoom, describeChanges } from './describe-changes.js'

export const planMarker = '<!-- lockstep:plan -->'

/** The comment under a pull request: what merging it changes on which cluster. At most 65,000 bytes. */
export function describePreview(changes: ClusterPlan[], encrypted: string[], target: string | undefined): string {
  const shown = encrypted.slice(0, 20).map((file) => markdownCode(file))
  const head = [
    planMarker,
    '### Changes on merge',
    '',
    ...(shown.length === 0
      ? []
      : [
          `Encrypted files, rendered with placeholders: ${shown.join(', ')}${encrypted.length > 20 ? ', ...' : ''}.`,
          '',
        ]),
    '',
  ].join('\n')
  return head + describeChanges(changes, commentRoom - Buffer.byteLength(head), target)
}

/** Replaces a plan that is no longer valid. */
export const describeFailure = ({ message, fix }: UserError): string =>
  truncateMarkdown(
    [
      planMarker,
      '### The newest commit cannot be planned',
      '',
      escapeMarkdown(message, 4_000),
      '',
      `**What to do next:** ${escapeMarkdown(fix, 4_000)}`,
      '',
    ].join('\n'),
    commentRoom,
  )

/** Why the plan is only in the summary, for the summary. */
export const describeUnposted = (why: string): string => `\n*${escapeMarkdown(why, 1_000)}*\n`
