import { describe, expect, test } from 'vitest'
import {
  conflictsOf,
  decideCluster,
  deployedAgain,
  type RollbackFacts,
} from '../../../../../actions/rollback/cluster/decide.js'
import type { VerifiedState } from '../../../../../shared/records/verified.js'

const state = (revision: number, run: string): VerifiedState => ({
  schema: 1,
  cluster: 'staging',
  release: 'service',
  namespace: 'staging',
  revision,
  commit: String(revision).repeat(40).slice(0, 40),
  inputDigest: 'd',
  components: { hub: '1' },
  run,
  at: '2026-01-01T00:00:00Z',
})
const revision = (number: number, status = 'superseded', description = '') => ({
  revision: number,
  status,
  description,
})

const decide = (facts: Partial<RollbackFacts>) =>
  decideCluster({ cluster: 'staging', run: '9/1', verified: state(3, '5/1'), history: [], ...facts })

describe('what a cluster goes back to', () => {
  test.each<[string, Partial<RollbackFacts>, object]>([
    [
      'a failed upgrade: to the verified revision, not to the one before',
      { history: [revision(3), revision(4, 'failed'), revision(5, 'failed')] },
      { kind: 'roll-back', target: { revision: 3 } },
    ],
    [
      'a verified revision that Helm still calls deployed',
      { history: [revision(3, 'deployed'), revision(4, 'failed')] },
      { kind: 'roll-back', target: { revision: 3 } },
    ],
    [
      'an upgrade that was cut off',
      { history: [revision(3, 'deployed'), revision(4, 'pending-upgrade')] },
      { kind: 'roll-back', target: { revision: 3 } },
    ],
    [
      'a rollback that was cut off',
      { history: [revision(3), revision(4, 'failed'), revision(5, 'pending-rollback', 'Rollback to 3')] },
      { kind: 'roll-back', target: { revision: 3 } },
    ],
    [
      'pods that are ready and do not serve',
      { history: [revision(3), revision(4, 'deployed')] },
      { kind: 'roll-back', target: { revision: 3 } },
    ],
    [
      'a cluster that was not touched',
      { history: [revision(2), revision(3, 'deployed')] },
      { kind: 'nothing', target: { revision: 3 } },
    ],
    [
      'a rollback that was not tested yet',
      { history: [revision(3), revision(4, 'failed'), revision(5, 'deployed', 'Rollback to 3')] },
      { kind: 'restored', revision: 5, target: { revision: 3 } },
    ],
    [
      'one that is the rollback to another revision',
      { history: [revision(2), revision(3), revision(4, 'deployed', 'Rollback to 2')] },
      { kind: 'roll-back', target: { revision: 3 } },
    ],
    [
      'a cluster verified in this run, before another failed: to what was verified before the run',
      { verified: { ...state(4, '9/1'), previous: state(3, '5/1') }, history: [revision(3), revision(4, 'deployed')] },
      { kind: 'roll-back', target: { revision: 3 } },
    ],
    [
      'the same in a second attempt',
      {
        run: '9/2',
        verified: { ...state(4, '9/1'), previous: state(3, '5/1') },
        history: [revision(3), revision(4, 'deployed')],
      },
      { kind: 'roll-back', target: { revision: 3 } },
    ],
    [
      'a cluster that is back and verified again by this run',
      {
        verified: { ...state(5, '9/1'), previous: state(3, '5/1') },
        history: [revision(3), revision(4), revision(5, 'deployed', 'Rollback to 3')],
      },
      { kind: 'restored', revision: 5, target: { revision: 3 } },
    ],
    [
      'a commit that changed nothing here but was verified by this run',
      { verified: { ...state(3, '9/1'), previous: state(3, '5/1') }, history: [revision(3, 'deployed')] },
      { kind: 'restored', revision: 3, target: { run: '5/1' } },
    ],
    [
      'a first install that failed is left as it is',
      { verified: undefined, history: [revision(1, 'pending-install')] },
      { kind: 'not-reversible', reason: 'not-adopted', fix: expect.stringContaining('by hand') },
    ],
    [
      'a first verification by this very run has nothing before it',
      { verified: state(1, '9/1'), history: [revision(1, 'deployed')] },
      { kind: 'not-reversible', reason: 'not-adopted' },
    ],
    [
      'a revision that fell out of the history',
      { history: [revision(4), revision(5, 'failed')] },
      {
        kind: 'redeploy',
        target: { revision: 3 },
        latest: { revision: 5 },
        why: expect.stringContaining('begins with 4'),
      },
    ],
    [
      'a revision that Helm itself calls failed',
      { history: [revision(3, 'failed'), revision(4, 'failed')] },
      { kind: 'redeploy', why: expect.stringContaining('"failed"') },
    ],
    [
      'what was made again from the recorded commit, and not tested yet',
      { history: [revision(5, 'failed'), revision(6, 'deployed', deployedAgain(state(3, '5/1')))] },
      { kind: 'restored', revision: 6, target: { revision: 3 } },
    ],
    [
      'what was made again from another commit',
      { history: [revision(5, 'failed'), revision(6, 'deployed', deployedAgain(state(2, '5/1')))] },
      { kind: 'redeploy' },
    ],
    [
      'by hand: to what was asked for, not to the last verified one',
      { asked: state(2, '4/1'), history: [revision(2), revision(3, 'deployed')] },
      { kind: 'roll-back', target: { revision: 2 } },
    ],
    [
      'by hand, where Helm was back and nobody tested it: the cluster remembers something else',
      { asked: state(2, '4/1'), history: [revision(2, 'deployed')] },
      { kind: 'restored', revision: 2 },
    ],
    [
      'by hand, a second time, after it was tested',
      { asked: state(4, '9/1'), verified: state(4, '9/1'), history: [revision(3), revision(4, 'deployed')] },
      { kind: 'nothing', target: { revision: 4 } },
    ],
    [
      'by hand, what fell out of the history',
      { asked: state(2, '4/1'), history: [revision(3, 'deployed')] },
      { kind: 'redeploy', target: { revision: 2 }, why: expect.stringContaining('begins with 3') },
    ],
    [
      'a release that somebody uninstalled',
      { history: [] },
      { kind: 'not-reversible', reason: 'revision-not-found', message: expect.stringContaining('not installed') },
    ],
  ])('%s', (_, facts, expected) => {
    expect(decide(facts)).toMatchObject(expected)
  })
})

test('a path stands against the revert only where somebody changed it after what failed', () => {
  const path = (name: string, verified?: string, failed?: string, main?: string, onlyVersions = false) => ({
    path: name,
    verified,
    failed,
    main,
    onlyVersions,
  })
  expect(
    conflictsOf([
      path('changed by what failed', 'a', 'b', 'b'),
      path('changed since', 'a', 'b', 'c'),
      path('bumped since', 'a', 'b', 'c', true),
      path('put back since', 'a', 'b', 'a'),
      path('removed since', 'a', 'b', undefined),
      path('added by what failed', undefined, 'b', 'b'),
      path('added since', undefined, undefined, 'b'),
    ]),
  ).toEqual(['changed since', 'removed since', 'added since'])
})
