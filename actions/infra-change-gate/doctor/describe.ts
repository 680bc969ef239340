import { bounded, plain, summaryLimit } from '../../../shared/report/markdown.js'
import type { Check } from './check.js'

const titles: Record<Check['state'], string> = {
  wrong: 'To be mended',
  warning: 'Works, and could be better',
  unseen: 'Cannot be seen from here: look yourself once',
  ok: 'In force',
}

/** The run's summary: what is wrong comes first. Short lines and no tables: it is read on phones. */
export function describe(checks: readonly Check[]): string {
  const part = (state: Check['state']): string[] => {
    const some = checks.filter((one) => one.state === state)
    if (some.length === 0) return []
    const lines = some.map(
      ({ about, says, fix }) =>
        `- **${plain(about)}**: ${plain(says, 1_000)}${fix === '' ? '' : `<br>${plain(fix, 1_000)}`}`,
    )
    return [`### ${titles[state]} (${some.length})\n\n${lines.join('\n')}`]
  }
  return bounded(
    ['## What Lockstep relies on', ...part('wrong'), ...part('warning'), ...part('unseen'), ...part('ok')].join('\n\n'),
    summaryLimit / 2,
  )
}
