import pc from 'picocolors'

/** What should have happened, and whether it did. */
export interface Expectations {
  expect(text: string, happened: boolean): void
  /** True when every single thing happened, and there was at least one. */
  allMet(): boolean
  show(): string
}

export function newExpectations(): Expectations {
  const met: { text: string; happened: boolean }[] = []
  return {
    expect: (text, happened) => void met.push({ text, happened }),
    allMet: () => met.length > 0 && met.every(({ happened }) => happened),
    show: () => met.map(({ text, happened }) => `  ${happened ? pc.green('✓') : pc.red('✗')} ${text}`).join('\n'),
  }
}
