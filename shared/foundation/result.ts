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

/** What an action decided, in one word, with what it means. */
export const allDecisions = {
  created: 'Something was opened that was not there: a pull request.',
  updated: 'Something that was there was changed or repaired.',
  unchanged: 'Everything was as it has to be already.',
  closed: 'A pull request was closed, because nothing is left to deploy.',
  skipped: 'There was nothing to do.',
  success: 'The check or status is green.',
  failure: 'The check or status is red.',
  planned: 'What will be deployed, and where.',
  deployed: 'The release was upgraded and its workloads are healthy.',
  recorded: 'How it ended is on record.',
  waiting: 'It goes on by itself, or after another approval.',
  approved: 'It has every approval that it needs.',
  adopted: 'What was deployed by hand is under Lockstep now.',
  retried: 'A deploy was started again.',
  'trial-passed': 'The staging cluster runs the pull request and is healthy.',
  verified: 'The new version serves users.',
  'not-verified': 'The new version does not serve users, or nobody can tell.',
  tested: 'The smoke test passed where nothing is verified by it: a staging trial, a soak.',
  'rolled-back': 'The cluster runs its last verified revision again.',
  'nothing-to-roll-back': 'The cluster runs its last verified revision still.',
  'rollback-failed': 'The rollback failed: the cluster needs somebody now.',
  irreversible: 'A rollback would lose data, or is impossible: a person decides.',
  reverted: 'Git is back at what is deployed.',
  refused: 'It must not be done; nothing was changed.',
  failed: 'It was tried and did not succeed.',
} as const

/** Why: a closed list, with the sentence that documentation and summaries show for it. */
export const allReasons = {
  ok: 'All went as asked.',
  'up-to-date': 'What was asked for is there already.',
  'version-not-found': 'The version is not in the registry yet; the scheduled run catches up.',
  stale: 'Several merges upstream have no published version: publishing broke, or versions are named in a new way.',
  'no-version-change': 'The merge changes nothing that a version is made of, so there is nothing to deploy.',
  'not-a-descendant': 'The version does not contain the one that is deployed: a downgrade, or a sideways step.',
  'closed-unmerged': 'Somebody closed the pull request for it without merging: it is not proposed again.',
  'branch-modified': 'Somebody pushed to the bump branch by hand; their work is left alone.',
  'pure-bump': 'Recomputed from base and registry: the change is the bump and nothing else.',
  'pure-revert': 'Recomputed from base and records: the change takes the verified state back and nothing else.',
  'not-allowed': 'Whoever approves it: what is asked for is never done.',
  'no-cluster-effect': 'No cluster reads what is changed: it needs no review.',
  reviewed: 'It is no pure bump, and has every approval and fact that its tier asks for.',
  'break-glass': 'An operator lets it go first; another one looks at it afterwards.',
  'not-a-pure-bump': 'The change is not, or not only, a bump: it needs review.',
  'transitive-change': 'The bump brings infrastructure with it: it needs review.',
  'upstream-checks':
    "Upstream's own checks of what was merged are not green, or have not ended: wait, or have it reviewed.",
  'digest-mismatch': 'The bytes of a version differ from the pinned digest.',
  'not-adopted': 'Nothing is verified on this cluster yet: it has to be adopted first.',
  'not-operator': 'Only an operator of the policy may do this.',
  'approval-required': 'One operator has asked for it; another one has to ask for the same.',
  'unreviewed-commit': 'A commit in the range did not come from a pull request that passed the gate.',
  'outside-window': 'A change was merged at a time at which its tier may not be deployed.',
  'cluster-identity-mismatch': 'The kubeconfig leads to another cluster than the one that was recorded.',
  'outdated-commit': 'The commit is an ancestor of the deployed one; going back is what rollback is for.',
  'stale-plan': 'The plan was made by another attempt of this run.',
  'version-blocked': 'A hold forbids this version.',
  'deploy-freeze': 'A freeze is in force.',
  'deploy-pending': 'A change that was merged before is not deployed and verified yet.',
  'queue-unknown': 'Whether the queue is clear could not be found out.',
  'rejected-by-cluster': 'The cluster refused the change; nothing was applied.',
  unhealthy: 'It was applied, but the workloads did not become healthy.',
  'result-lost': 'The job succeeded and its result did not arrive: nobody can tell.',
  'earlier-cluster':
    'A dangerous change goes to one cluster after the other, and one before this failed or has not ended.',
  'operation-in-progress': 'Another operation on this release is in progress or was cut off.',
  'smoke-failed': 'The new version does not serve users.',
  'smoke-flaky': 'A check passed only when it was repeated.',
  'smoke-inconclusive': 'The smoke test could not tell.',
  'rollback-failed': 'Going back failed as well: the cluster needs somebody now.',
  'revision-not-found': "The verified revision is no longer in Helm's history.",
  irreversible: 'Going back would lose data, or cannot be done: a person has to decide.',
  'revert-conflict': 'What has to go back was changed again since: a person has to decide.',
  'revert-pending': 'The revert is proposed, and waits for somebody to merge it.',
  'input-invalid': 'An input of the action is missing or wrong.',
  'policy-invalid': 'The deploy policy has an error.',
  'target-missing': 'The deploy repo lacks what the policy names.',
  'registry-unreachable': 'A registry did not answer, or not as it should.',
  'cluster-unreachable': 'The cluster did not answer.',
  'github-unreachable': 'GitHub did not answer, or refused.',
  'missing-permission': 'The token lacks a permission.',
  'unsupported-github': 'Lockstep runs on github.com and ghe.com only.',
  misconfigured: 'A setting that Lockstep relies on is not as it has to be.',
  'tool-missing': 'A program that the action needs is not there.',
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
 * The output `result` of every action, set on every way out. The next action takes it as its input.
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
