/** A row of docs/github-assumptions.md, as far as the probe is concerned. */
export interface LedgerRow {
  id: string
  assumption: string
  /** Calls that settle it; `none` where no call does; undefined where there is nothing to probe. */
  probe: string | undefined
}

/** Every row of every table of the page, read by its own table's head. */
export function readLedger(page: string): LedgerRow[] {
  let head: string[] = []
  return page.split('\n').flatMap((line): LedgerRow[] => {
    if (!line.startsWith('| ')) return []
    const cells = line.slice(2, -2).split(' | ')
    if (cells[0] === 'id') head = cells
    if (!/^[A-Z]\d+$/.test(cells[0] ?? '')) return []
    const cell = (name: string): string | undefined => cells[head.indexOf(name)]
    return [{ id: cell('id') ?? '', assumption: cell('assumption') ?? '', probe: cell('probe') }]
  })
}

/** The generated parts of docs/probe.md: which rows the probe settles, which a person can, and which nobody need look at. */
export function probeDocs(ledger: readonly LedgerRow[], settled: ReadonlyMap<string, string>): Record<string, string> {
  const rest = ledger.filter(({ id }) => !settled.has(id))
  const byHand = rest.filter(({ probe }) => probe !== undefined && probe !== 'none')
  const nothing = rest.filter((row) => !byHand.includes(row))
  const table = ledger
    .filter(({ id }) => settled.has(id))
    .map(({ id, assumption }) => `| ${id} | ${assumption} | ${settled.get(id)} |`)
  return {
    settled: ['| row | assumption | what is expected |', '| --- | --- | --- |', ...table].join('\n'),
    'by-hand': byHand.map(({ id, assumption, probe }) => `- [ ] **${id}** ${assumption}. How: ${probe}`).join('\n'),
    'not-asked': nothing.map(({ id }) => id).join(', '),
  }
}
