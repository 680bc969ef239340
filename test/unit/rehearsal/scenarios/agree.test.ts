import { expect, test } from 'vitest'
import { type ClusterState, findDisagreements } from '../../../../rehearsal/scenarios/agree.js'

const git = { commit: 'a'.repeat(40), hubVersion: '1', hubImage: 'r/hub:1', builderImage: 'r/builder:2' }
const cluster: ClusterState = {
  cluster: 'staging',
  verifiedCommit: git.commit,
  recordedCommit: git.commit,
  images: ['r/hub:1'],
  answers: { hub: '1', builder: 'r/builder:2' },
}

test('nothing is said when all agree', () => {
  expect(findDisagreements(git, [cluster])).toEqual([])
})

test.each([
  [{ verifiedCommit: undefined }, 'staging: its ConfigMap says nothing, git says aaaaaaa'],
  [{ recordedCommit: 'b'.repeat(40) }, 'staging: its deployment record says bbbbbbb, git says aaaaaaa'],
  [{ images: ['r/hub:0', 'r/hub:1'] }, 'staging: its pods run r/hub:0, r/hub:1, git says r/hub:1'],
  [{ images: [] }, 'staging: its pods run , git says r/hub:1'],
  [{ answers: { hub: '0', builder: 'r/builder:2' } }, 'staging: the hub answers 0, git says 1'],
  [{ answers: { hub: '1' } }, 'staging: the hub names the builder undefined, git says r/builder:2'],
])('a cluster that says otherwise is named: %o', (change, said) => {
  expect(findDisagreements(git, [cluster, { ...cluster, ...change }])).toEqual([said])
})
