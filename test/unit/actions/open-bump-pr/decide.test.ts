import { expect, test } from 'vitest'
import { type BumpFacts, decideBump, type OpenBump } from '../../../../actions/open-bump-pr/decide.js'

const open = (change: Partial<OpenBump> = {}): OpenBump => ({
  number: 7,
  untouched: true,
  current: false,
  toOpen: 'ahead',
  ...change,
})

const facts = (more: Partial<BumpFacts> = {}): BumpFacts => ({
  toDeployed: 'ahead',
  changesComponent: true,
  held: false,
  open: undefined,
  toDeclined: undefined,
  ...more,
})

test.each([
  ['newer, nothing open', facts(), 'created', 'ok'],
  ['newer than what is open', facts({ open: open() }), 'updated', 'ok'],
  [
    'open with this very bump',
    facts({ open: open({ current: true, toOpen: 'identical' }) }),
    'unchanged',
    'up-to-date',
  ],
  ['open with this version, on a base that moved on', facts({ open: open({ toOpen: 'identical' }) }), 'updated', 'ok'],
  ['older than what is open', facts({ open: open({ toOpen: 'behind' }) }), 'unchanged', 'up-to-date'],
  ['sideways of what is open', facts({ open: open({ toOpen: 'diverged' }) }), 'refused', 'not-a-descendant'],
  ['somebody worked on the branch', facts({ open: open({ untouched: false }) }), 'refused', 'branch-modified'],
  ['only the branch is there', facts({ open: open({ number: undefined }) }), 'created', 'ok'],
  [
    'somebody worked on a branch without a pull request',
    facts({ open: open({ number: undefined, untouched: false }) }),
    'refused',
    'branch-modified',
  ],
  ['version-blocked', facts({ held: true, open: open({ untouched: false }) }), 'refused', 'version-blocked'],
  ['closed before without merging', facts({ toDeclined: 'identical' }), 'skipped', 'closed-unmerged'],
  [
    'older than what was closed, with its branch still there',
    facts({ toDeclined: 'behind', open: open({ number: undefined }) }),
    'skipped',
    'closed-unmerged',
  ],
  ['newer than what was closed', facts({ toDeclined: 'ahead' }), 'created', 'ok'],
  ['sideways of what was closed', facts({ toDeclined: 'diverged' }), 'created', 'ok'],
  [
    'older than a branch whose pull request is about to be opened',
    facts({ open: open({ number: undefined, toOpen: 'behind' }) }),
    'skipped',
    'up-to-date',
  ],
  ['older than what is deployed', facts({ toDeployed: 'behind' }), 'refused', 'not-a-descendant'],
  ['sideways of what is deployed', facts({ toDeployed: 'diverged', open: open() }), 'refused', 'not-a-descendant'],
  ['nothing of the component changed', facts({ changesComponent: false }), 'skipped', 'no-version-change'],
  [
    'what is open was taken back upstream',
    facts({ changesComponent: false, open: open() }),
    'closed',
    'no-version-change',
  ],
  [
    'what is open was taken back upstream, and somebody worked on it',
    facts({ changesComponent: false, open: open({ untouched: false }) }),
    'skipped',
    'no-version-change',
  ],
  [
    'nothing changed before what is open',
    facts({ changesComponent: false, open: open({ toOpen: 'behind' }) }),
    'skipped',
    'no-version-change',
  ],
  ['deployed, nothing open', facts({ toDeployed: 'identical' }), 'skipped', 'up-to-date'],
  [
    'deployed, and open with the same',
    facts({ toDeployed: 'identical', open: open({ toOpen: 'identical' }) }),
    'closed',
    'up-to-date',
  ],
  [
    'deployed, and open with an older one',
    facts({ toDeployed: 'identical', open: open({ toOpen: 'ahead' }) }),
    'closed',
    'up-to-date',
  ],
  [
    'deployed, and open with a newer one',
    facts({ toDeployed: 'identical', open: open({ toOpen: 'behind' }) }),
    'skipped',
    'up-to-date',
  ],
  [
    'deployed, and somebody works on the branch',
    facts({ toDeployed: 'identical', open: open({ toOpen: 'identical', untouched: false }) }),
    'skipped',
    'up-to-date',
  ],
] as const)('%s', (_, given, operation, reason) => {
  expect(decideBump(given)).toEqual({ operation, reason })
})
