export interface HowItEnded {
  /** Whether everything that should have happened happened. */
  good: boolean
  verbose: boolean
}

/** The last lines of a rehearsal: what to try next. */
export function whatNext({ good, verbose }: HowItEnded): string {
  if (!good)
    return `\nNot everything happened as it should: see ✗ above.${verbose ? '' : ' Every workflow run: add --verbose.'}`
  const rows = [
    ['npm run rehearse -- --scenario adopted --keep', 'keeps everything running: merge a change yourself'],
    ['npm run rehearse -- --scenario broken', 'failed deploys: rollback, revert, blocked version'],
    ['npm run rehearse -- --scenario staging-trial', 'an infrastructure change, tried before it is merged'],
    ['npm run rehearse -- --help', 'all scenarios and options'],
    ['docs/adopting.md', 'set Lockstep up for your own repositories'],
  ]
  return `\nWhat to try next (everything of this rehearsal is removed)\n${rows.map(([what = '', why]) => `  ${what.padEnd(48)}${why}`).join('\n')}`
}
