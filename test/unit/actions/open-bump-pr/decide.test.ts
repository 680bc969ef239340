import { expect, test } from 'vitest'
import { decide, type Open, type Relation } from '../../../../actions/open-bump-pr/decide.js'

const open = (change: Partial<Open> = {}): Open => ({
  number: 7,
  untouched: true,
  current: false,
  toOpen: 'ahead',
  ...change,
})

const facts = (more: { toDeployed?: Relation; changesComponent?: boolean; open?: Open } = {}) => ({
  toDeployed: 'ahead' as Relation,
  changesComponent: true,
  open: undefined,
  ...more,
})

test.each([
  ['newer, nothing open', facts(), 'created', 'ok'],
  ['newer than what is open', facts({ open: open() }), 'updated', 'ok'],
  [
    'open with this very bump',
    facts({ open: open({ current: true, toOpen: 'identical' }) }),
    'unchanged',
    'already-there',
  ],
  ['open with this version, on a base that moved on', facts({ open: open({ toOpen: 'identical' }) }), 'updated', 'ok'],
  ['older than what is open', facts({ open: open({ toOpen: 'behind' }) }), 'unchanged', 'already-there'],
  ['sideways of what is open', facts({ open: open({ toOpen: 'diverged' }) }), 'refused', 'not-a-descendant'],
  ['somebody worked on the branch', facts({ open: open({ untouched: false }) }), 'refused', 'changed-by-hand'],
  ['only the branch is there', facts({ open: open({ number: undefined }) }), 'created', 'ok'],
  [
    'somebody worked on a branch without a pull request',
    facts({ open: open({ number: undefined, untouched: false }) }),
    'refused',
    'changed-by-hand',
  ],
  ['older than what is deployed', facts({ toDeployed: 'behind' }), 'refused', 'not-a-descendant'],
  ['sideways of what is deployed', facts({ toDeployed: 'diverged', open: open() }), 'refused', 'not-a-descendant'],
  ['nothing of the component changed', facts({ changesComponent: false }), 'skipped', 'no-artifact'],
  ['deployed, nothing open', facts({ toDeployed: 'identical' }), 'skipped', 'already-there'],
  [
    'deployed, and open with the same',
    facts({ toDeployed: 'identical', open: open({ toOpen: 'identical' }) }),
    'closed',
    'already-there',
  ],
  [
    'deployed, and open with an older one',
    facts({ toDeployed: 'identical', open: open({ toOpen: 'ahead' }) }),
    'closed',
    'already-there',
  ],
  [
    'deployed, and open with a newer one',
    facts({ toDeployed: 'identical', open: open({ toOpen: 'behind' }) }),
    'skipped',
    'already-there',
  ],
  [
    'deployed, and somebody works on the branch',
    facts({ toDeployed: 'identical', open: open({ toOpen: 'identical', untouched: false }) }),
    'skipped',
    'already-there',
  ],
] as const)('%s', (_, given, operation, reason) => {
  expect(decide(given)).toEqual({ operation, reason })
})
