import { escapeMarkdown, summaryLimit, truncateMarkdown } from '../../shared/report/markdown.js'
import type { Told } from './assumptions/answers.js'
import type { SettingCheck } from './check.js'

const titles: Record<SettingCheck['state'], string> = {
  wrong: 'To fix',
  warning: 'Warnings',
  unseen: 'Cannot be checked from here: check once by hand',
  ok: 'In force',
}

/** The run's summary: what is wrong comes first. Short lines and no tables: it is read on phones. */
export function describeSettings(checks: readonly SettingCheck[], told: readonly Told[] = []): string {
  const part = (state: SettingCheck['state']): string[] => {
    const some = checks.filter((one) => one.state === state)
    if (some.length === 0) return []
    const lines = some.map(
      ({ about, says, fix }) =>
        `- **${escapeMarkdown(about)}**: ${escapeMarkdown(says, 1_000)}${fix === '' ? '' : `<br>${escapeMarkdown(fix, 1_000)}`}`,
    )
    return [`### ${titles[state]} (${some.length})\n\n${lines.join('\n')}`]
  }
  return truncateMarkdown(
    [
      '## Settings that Lockstep relies on',
      ...part('wrong'),
      ...part('warning'),
      ...part('unseen'),
      ...part('ok'),
      ...github(told),
    ].join('\n\n'),
    summaryLimit / 2,
  )
}

const words: Record<Told['answer'], string> = {
  other: 'not as Lockstep assumes, which is also safe',
  believed: 'as Lockstep assumes',
  unseen: 'not seen yet',
}

/** Folded: it informs whoever keeps the page of assumptions, and asks nobody to do anything. */
function github(told: readonly Told[]): string[] {
  if (told.length === 0) return []
  const order: Told['answer'][] = ['other', 'believed', 'unseen']
  const lines = order.flatMap((answer) =>
    told
      .filter((one) => one.answer === answer)
      .map(({ row, says }) => `- **${escapeMarkdown(row)}**, ${words[answer]}: ${escapeMarkdown(says, 1_000)}`),
  )
  const title = 'How GitHub behaves here (rows of docs/github-assumptions.md)'
  return [`<details><summary>${title}</summary>\n\n${lines.join('\n')}\n\n</details>`]
}
