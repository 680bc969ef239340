import { expect, test } from 'vitest'
import { decideCommitRange } from '../../../../../actions/helm-deploy/commits/commit-range.js'
import { treeChanges } from '../../../../../shared/github/trees.js'
import { policyDigestAt } from '../../../../../shared/policy/on-branch.js'
import { externalId, gateCheckName } from '../../../../../shared/records/gate-check.js'
import { changeDigest } from '../../../../../shared/risk/digest.js'
import { askRange, mergeBump } from '../../../../fixtures/commit-range.js'
import { at, type DeployRepo, deploy, startDeployRepo } from '../../../../fixtures/deploy-repo.js'

/** What a range of so many commits may cost, with two clusters. */
const most = (commits: number): number => 9 + 3 * commits

/** A change that the gate let in by review, merged; returns its commit on main. */
async function mergeReviewed(deployRepo: DeployRepo, files: Record<string, string>): Promise<string> {
  const gate = deployRepo.as(deployRepo.tokens.gate) as never
  const base = await deployRepo.head()
  const pr = await deployRepo.open(files)
  const digest = changeDigest((await treeChanges(gate, deploy, base, pr.head)) ?? [])
  const policy = await policyDigestAt(gate, deploy, 'main')
  await deployRepo.as(deployRepo.tokens.gate).rest.checks.create({
    ...{ ...at, name: gateCheckName, head_sha: pr.head, status: 'completed', conclusion: 'success' },
    external_id: externalId({ pr: pr.number, base, digest, tier: 'T1', policy }),
  })
  return deployRepo.merge(pr)
}

test.each([1, 6])('%i bumps cost at most nine requests and three for each', async (count) => {
  await using deployRepo = await startDeployRepo()
  const verified = await deployRepo.verified()
  const merged: string[] = []
  for (let one = 0; one < count; one++) merged.push(await mergeBump(deployRepo))

  const { facts, own } = await askRange(deployRepo)

  expect(facts.commits.map(({ sha, proof }) => [sha, proof])).toEqual(
    merged.toReversed().map((sha, index) => [
      sha,
      expect.objectContaining({
        pure: true,
        from: deployRepo.versions[index === count - 1 ? 0 : count - index],
        to: deployRepo.versions[count - index + 1],
      }),
    ]),
  )
  expect(decideCommitRange(facts)).toMatchObject({ kind: 'go', clusters: [{ from: verified }, { from: verified }] })
  expect(own).toBeLessThanOrEqual(most(count))
})

test('so do bumps among reviewed changes, a push, a change without a check, and the way back of both', async () => {
  await using deployRepo = await startDeployRepo()
  await deployRepo.verified()
  const bumps = [await mergeBump(deployRepo), await mergeBump(deployRepo)]
  const inputs = await mergeReviewed(deployRepo, { 'config/common.yaml': 'hub: { greeting: moin }\n' })
  const pushed = await deployRepo.push({ 'config/primary.yaml': 'host: 127.0.0.1:2\n' })
  const unchecked = await deployRepo.merge(await deployRepo.open({ 'config/staging.yaml': 'host: 127.0.0.1:2\n' }))
  const docs = await mergeReviewed(deployRepo, { 'README.md': 'reviewed\n' })
  bumps.push(await mergeBump(deployRepo))
  const back = { 'config/primary.yaml': 'host: 127.0.0.1:1\n', 'config/staging.yaml': 'host: 127.0.0.1:1\n' }
  const mended = await mergeReviewed(deployRepo, back)
  bumps.push(await mergeBump(deployRepo))

  const { facts, own } = await askRange(deployRepo)

  const known = new Map(facts.commits.map((commit) => [commit.sha, commit]))
  for (const sha of bumps) expect(known.get(sha)).toMatchObject({ gate: 'success', proof: { pure: true } })
  for (const sha of [inputs, docs, mended])
    expect(known.get(sha)).toMatchObject({ proof: { pure: false }, reviewed: true, otherPolicy: false, tier: 'T1' })
  expect(known.get(pushed)).toMatchObject({ pull: undefined, accepted: undefined, proof: undefined })
  expect(known.get(unchecked)).toMatchObject({ gate: 'missing', proof: undefined, reviewed: false })
  expect(facts.undone.toSorted()).toEqual([pushed, unchecked].toSorted())
  expect(decideCommitRange(facts)).toMatchObject({ kind: 'go' })
  expect(own).toBeLessThanOrEqual(most(9))
})

test('a commit that GitHub does not answer for stops the whole check', async () => {
  await using deployRepo = await startDeployRepo()
  await deployRepo.verified()
  const merged: string[] = []
  for (let one = 0; one < 5; one++) merged.push(await mergeBump(deployRepo))
  const path = `/repos/*/git/trees/${merged[2]}`
  deployRepo.github.faults.next({ kind: 'status', status: 403, match: { path }, times: 10 })
  await expect(askRange(deployRepo)).rejects.toMatchObject({ status: 403 })
})

test('never more than eight commits are asked for at once', async () => {
  await using deployRepo = await startDeployRepo()
  await deployRepo.verified()
  for (let one = 0; one < 12; one++) await mergeReviewed(deployRepo, { 'README.md': `${one}\n` })
  const { most: atOnce } = await askRange(deployRepo)
  expect(atOnce).toBeGreaterThan(1)
  // A commit's tree and its parent's are asked for together.
  expect(atOnce).toBeLessThanOrEqual(16)
})
