import { z } from 'zod'
import { decodeOutput } from './encoded.js'
import { parseJson } from './parse-json.js'

export const actionNames = [
  'open-bump-pr',
  'infra-change-gate',
  'helm-deploy',
  'smoke-test',
  'rollback',
  'deploy-queue',
  'external-change',
  'doctor',
] as const

/** Every decision of an action, with its meaning. */
export const allDecisions = {
  created: 'Something new was created: a pull request, or the run of a staging trial.',
  updated: 'Something that existed was changed or repaired.',
  unchanged: 'Everything was already correct; nothing was changed.',
  closed: 'The pull request or issue was closed because nothing is left to do.',
  skipped: 'There was nothing to do, or not enough was known to do it.',
  success: 'The check or status is green.',
  failure: 'The check or status is red.',
  planned: 'The plan says what will be deployed to which cluster.',
  deployed: 'The release was upgraded and its workloads are healthy.',
  recorded: 'The outcome was recorded.',
  waiting: 'The action waits, for example for an approval; `message` says for what.',
  approved: 'All required approvals are there.',
  adopted: 'A release that was deployed before Lockstep is now managed by it.',
  retried: 'A deploy was started again.',
  'trial-passed': 'The staging cluster runs the pull request and is healthy.',
  verified: 'The new version serves users.',
  'not-verified': 'The new version does not serve users, or the smoke test was inconclusive.',
  tested: 'The smoke test passed in a staging trial or a soak; nothing is recorded as verified.',
  'rolled-back': 'The cluster runs its last verified revision again.',
  'nothing-to-roll-back': 'The cluster still runs its last verified revision.',
  'rollback-failed': 'The rollback failed. The cluster needs an operator now.',
  irreversible: 'A rollback or revert is impossible, or would lose data. An operator must decide.',
  reverted: 'The revert is merged, or its pull request is open.',
  refused: 'The action is not allowed; nothing was changed.',
  failed: 'The action was tried and failed.',
} as const

/** Every reason for a decision, a closed list, with the sentence that the documentation shows for it. */
export const allReasons = {
  ok: 'The action did what was requested.',
  'up-to-date': 'The requested state already exists.',
  'version-not-found': 'The version is not in the registry yet. The scheduled run tries again.',
  stale: 'Several upstream merges have no published version: publishing is broken, or the version format changed.',
  'no-version-change': 'The merge changes no file that makes a new version, so there is nothing to deploy.',
  'not-a-descendant': 'The version does not contain the deployed commit: it is a downgrade, or from another branch.',
  'closed-unmerged': "Somebody closed this version's pull request without merging it, so it is not opened again.",
  'branch-modified': 'Somebody pushed to the bump branch. Lockstep does not overwrite their commits.',
  'pure-bump': 'Recomputed from the base branch and the registry: the change is the bump and nothing else.',
  'pure-revert':
    'Recomputed from the base branch and the records: the change restores the verified state and nothing else.',
  'not-allowed': 'Never allowed, regardless of approvals.',
  'no-cluster-effect': 'The change affects no cluster, so it needs no review.',
  reviewed: 'The change is not a pure bump, and has all approvals and evidence that its tier requires.',
  'break-glass': 'An operator used `/break-glass`. Another operator must review the change afterwards.',
  'not-a-pure-bump': 'The change is not a pure bump, so it needs review.',
  'transitive-change': 'The bump also changes infrastructure, so it needs review.',
  'upstream-checks':
    'The upstream CI checks of the merged commit are not green. Wait for them, or have the bump reviewed.',
  'digest-mismatch': "The version's content in the registry does not match the pinned digest.",
  'not-adopted': 'Nothing is verified on this cluster yet. Adopt it first.',
  'not-operator': 'Only operators named in the policy may do this.',
  'approval-required': 'One operator has approved. A second operator must approve the same.',
  'unreviewed-commit': 'A commit to deploy did not come from a pull request that passed the gate.',
  'outside-window': "The change was merged outside its tier's deploy window.",
  'cluster-identity-mismatch': 'The kubeconfig connects to another cluster than the recorded one.',
  'outdated-commit': 'The commit is older than the deployed one. Use the rollback action to roll back.',
  'stale-plan': 'The plan or request is outdated, or belongs to another attempt of this run.',
  'version-blocked': 'This version is blocked by an issue.',
  'deploy-freeze': 'A deploy freeze is active.',
  'deploy-pending': 'An earlier merged change is not deployed and verified yet.',
  'queue-unknown': 'The state of the deploy queue could not be read.',
  'rejected-by-cluster': 'The cluster rejected the change; nothing was applied.',
  unhealthy: 'The change was applied, but the workloads are not healthy.',
  'result-lost': 'The job succeeded, but its result was lost, so the outcome is unknown.',
  'earlier-cluster': 'T3 rolls out one cluster at a time, and an earlier cluster failed or has not finished.',
  'operation-in-progress': 'Another operation on this release is running or was interrupted.',
  'smoke-failed': 'The new version does not serve users.',
  'smoke-flaky': 'A check failed first and passed when repeated.',
  'smoke-inconclusive': 'The smoke test could not decide between pass and fail.',
  'rollback-failed': 'The rollback failed. The cluster needs an operator now.',
  'revision-not-found': "The verified revision is no longer in Helm's history.",
  irreversible: 'A rollback or revert is impossible, or would lose data. An operator must decide.',
  'revert-conflict': 'A file to revert was changed again since. An operator must decide.',
  'revert-pending': 'The revert pull request is not merged yet. Somebody must merge it.',
  'input-invalid': 'An input of the action is missing or wrong.',
  'policy-invalid': 'The deploy policy is missing or has an error.',
  'target-missing': 'A file or value that the policy names does not exist.',
  'registry-unreachable': 'A registry did not answer, or answered with an error.',
  'cluster-unreachable': 'The cluster did not answer.',
  'github-unreachable': 'GitHub did not answer, or answered with an error.',
  'missing-permission': 'The token lacks a permission.',
  'unsupported-github': 'Lockstep runs on github.com and ghe.com only.',
  misconfigured: 'A setting that Lockstep relies on is wrong.',
  'tool-missing': 'A program that the action needs is not installed.',
  cancelled: 'The run was cancelled.',
  'internal-error': 'A bug in Lockstep.',
} as const

export type ActionName = (typeof actionNames)[number]
export type Decision = keyof typeof allDecisions
export type Reason = keyof typeof allReasons

export const allVerdicts = ['pass', 'flaky', 'fail', 'inconclusive'] as const
export type SmokeVerdict = (typeof allVerdicts)[number]

/** One machine-checked fact: what was looked at and what it showed. */
const evidence = z.strictObject({ kind: z.string(), ok: z.boolean(), text: z.string() })

/** A Helm release as it was left on a cluster: for smoke-test (ConfigMap), and for the records, whose job cannot see the cluster. */
export const releasedSchema = z.strictObject({
  /** Helm's name of it. */
  name: z.string(),
  namespace: z.string(),
  revision: z.number().int(),
  /** sha256 of the API server's CA, and the UID of the namespace. */
  identity: z.strictObject({ ca: z.string(), namespaceUid: z.string() }),
  /** sha256 over chart, dependencies and values, see shared/releases/input-digest.ts. */
  inputDigest: z.string(),
  /** Version, or image tag, of every component. */
  components: z.record(z.string(), z.string()),
})

/**
 * The output `result` of every action, set however the action ends. The next action takes it as its input.
 *
 * `commit` is the deploy repo's commit (for open-bump-pr: upstream's), 40 hex digits; `from` and `to` are versions;
 * `run` is `<run id>/<run attempt>`.
 */
export const resultSchema = z.strictObject({
  schema: z.literal(1),
  action: z.enum(actionNames),
  decision: z.enum(Object.keys(allDecisions) as [Decision, ...Decision[]]),
  reason: z.enum(Object.keys(allReasons) as [Reason, ...Reason[]]),
  message: z.string(),
  component: z.string().optional(),
  cluster: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  /** Those that were reached, in the policy's order: after a failure, up to the one that failed. */
  releases: z.array(releasedSchema).optional(),
  commit: z.string(),
  run: z.string(),
  verdict: z.enum(allVerdicts).optional(),
  evidence: z.array(evidence),
})

export type Result = z.infer<typeof resultSchema>

/** Of an output `result` or `encoded-result`; undefined where it is none. */
export const parseResult = (text: string): Result | undefined =>
  resultSchema.safeParse(parseJson(decodeOutput(text))).data
export type Released = z.infer<typeof releasedSchema>
export type Evidence = z.infer<typeof evidence>

/** What a `run.ts` returns: the wrapper adds schema, action and run. */
export type ResultFields = Omit<Result, 'schema' | 'action' | 'run' | 'evidence'> & { evidence?: Evidence[] }
