import { expect, test } from 'vitest'
import { policyFile } from '../../shared/foundation/workspace.js'
import { readFile } from '../../shared/github/files.js'
import { treeChanges } from '../../shared/github/trees.js'
import { policyDigestAt } from '../../shared/policy/on-branch.js'
import { externalId, type GateCheck, gateCheckName } from '../../shared/records/gate-check.js'
import { changeDigest } from '../../shared/risk/digest.js'
import { at, deploy } from '../fixtures/deploy-repo.js'
import { startPlanPreview } from '../fixtures/plan-preview.js'

test('after the merge of a bump the waves are planned, with an optional cluster left out that nothing is recorded of', async () => {
  await using plans = await startPlanPreview({
    clusters: '{ staging: { wave: staging }, primary: { wave: primary }, far: { wave: rest, optional: true } }',
    files: { 'config/far.yaml': 'host: 127.0.0.1:1\n' },
  })
  const { deployRepo } = plans
  const verified = await deployRepo.verified()
  const pr = await deployRepo.open(await deployRepo.bump(deployRepo.versions[1] ?? ''))
  await deployRepo.check(pr)
  const commit = await deployRepo.merge(pr)

  const { code, outputs, summary, log } = await plans.planMerged(commit)

  expect(code).toBe(0)
  expect(JSON.parse(outputs.plan ?? '').clusters).toEqual([
    { name: 'staging', from: verified },
    { name: 'primary', from: verified },
  ])
  expect([outputs.staging, outputs.primary, outputs.rest]).toEqual(['["staging"]', '["primary"]', '[]'])
  expect([outputs.clusters, outputs.affected]).toEqual(['["staging","primary"]', '["staging","primary"]'])
  expect(log).toMatch(/::warning.*far is skipped\. Nothing is recorded as verified on far yet/)
  expect(summary).toContain('far is skipped')
  expect(await plans.comments(pr.number)).toEqual([])
})

test('a commit that was pushed and undone is named in the plan that goes on', async () => {
  await using plans = await startPlanPreview()
  const { deployRepo } = plans
  await deployRepo.verified()
  const pushed = await deployRepo.push({ 'config/common.yaml': 'greeting: pushed\n' })
  const undone = await deployRepo.push({ 'config/common.yaml': 'greeting: hello\n' })

  const { code, outputs, summary } = await plans.planMerged(undone)

  expect(code).toBe(0)
  expect(outputs.affected).toBe('[]')
  expect(summary).toContain(`\`${pushed.slice(0, 7)}\` by ada did not pass the gate; it is fully reverted.`)
})

test.each([
  ['T2', 'refused', 'is a holiday'],
  ['T1', 'planned', 'may be deployed'],
] as const)(
  'a reviewed change of %s that was merged on a holiday of T2 is %s, and its tier is told',
  async (tier, decision, said) => {
    const days = [-1, 0, 1].map((day) => new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10))
    await using plans = await startPlanPreview({
      change: (policy) => `${policy}deploy-windows: { T2: { holidays: holidays.txt } }\n`,
      files: { 'holidays.txt': `${days.join('\n')}\n` },
    })
    const { deployRepo } = plans
    const base = await deployRepo.verified()
    const pr = await deployRepo.open({ 'config/common.yaml': 'greeting: moin\n' })
    const gate = deployRepo.as(deployRepo.tokens.gate)
    const digest = changeDigest((await treeChanges(gate, deploy, base, pr.head)) ?? [])
    await gate.rest.checks.create({
      ...at,
      name: gateCheckName,
      head_sha: pr.head,
      status: 'completed',
      conclusion: 'success',
      external_id: externalId({ pr: pr.number, base, digest, tier }),
    })

    const { result, outputs, log } = await plans.planMerged(await deployRepo.merge(pr))

    expect(result).toMatchObject({ decision, reason: decision === 'planned' ? 'ok' : 'outside-window' })
    expect(log).toContain(said)
    expect(outputs.tier).toBe(decision === 'planned' ? tier : undefined)
  },
)

test.each([
  ['the same policy as', '', 'planned', 'may be deployed'],
  ['another policy than', 'soak: { T2: 2h }\n', 'refused', 'passed the gate under another policy than main had'],
] as const)('what is merged while main has %s the one that it was let in by', async (_, more, decision, said) => {
  await using plans = await startPlanPreview()
  const { deployRepo } = plans
  const base = await deployRepo.verified()
  const pr = await deployRepo.open({ 'config/common.yaml': 'greeting: moin\n' })
  const gate = deployRepo.as(deployRepo.tokens.gate)
  const digest = changeDigest((await treeChanges(gate, deploy, base, pr.head)) ?? [])
  const policy = await policyDigestAt(gate, deploy, 'main')
  const letIn = (number: number, sha: string, about: Partial<GateCheck>) =>
    gate.rest.checks.create({
      ...{ ...at, name: gateCheckName, head_sha: sha, status: 'completed', conclusion: 'success' },
      external_id: externalId({ pr: number, base, digest, tier: 'T1', ...about }),
    })
  await letIn(pr.number, pr.head, { policy })
  if (more !== '') {
    const text = await readFile(gate, deploy, policyFile, 'main')
    const stricter = await deployRepo.open({ [policyFile]: `${text}${more}` })
    const other = changeDigest((await treeChanges(gate, deploy, base, stricter.head)) ?? [])
    await letIn(stricter.number, stricter.head, { policy, digest: other })
    await deployRepo.merge(stricter)
  }

  const { result, log } = await plans.planMerged(await deployRepo.merge(pr))

  expect(result).toMatchObject({ decision, reason: decision === 'planned' ? 'ok' : 'unreviewed-commit' })
  // The change of the policy itself was judged by the policy that main had until then.
  expect(log).toContain(said)
  expect(log).toContain(decision === 'planned' ? said : `#${pr.number} (`)
})
