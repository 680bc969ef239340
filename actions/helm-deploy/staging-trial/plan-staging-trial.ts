import { operatorsOf, showOperators } from '../../../shared/duty/operators.js'
import { MissingPermission, UserError } from '../../../shared/foundation/errors.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import { defaultBranch } from '../../../shared/github/branches.js'
import { repoRef } from '../../../shared/github/client.js'
import { compareCommits } from '../../../shared/github/compare.js'
import { pullNumber } from '../../../shared/github/requested-pull.js'
import { treeChanges } from '../../../shared/github/trees.js'
import { readChangeEvidence } from '../../../shared/records/change-evidence.js'
import { changeDigest } from '../../../shared/risk/digest.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { DeployRepoContext } from '../context.js'
import type { Io } from '../io.js'
import { withTempFolder } from '../plan/render-pull-request.js'
import { decideStagingTrial, type StagingTrialFacts } from './decide-staging-trial.js'
import { stagingMerge } from './staging-merge.js'
import type { StagingTrialPlan } from './staging-trial-plan-file.js'

export interface RequestedTrial extends DeployRepoContext {
  /** Number of the pull request, its head commit, and the digest of what it changes (may be empty), as they were asked for. */
  pull: string
  head: string
  digest: string
  /** Reads the repository. */
  token: string
}

/** An hour: a staging trial waits for the one before it. */
const stillMeant = 60 * 60_000

/**
 * May this pull request be tried on staging, and what exactly is that? Only an operator may start it: its charts run there
 * before anybody merged them. Checks every part of the request, and changes nothing.
 *
 * @throws UserError the first reason against it.
 */
export async function planStagingTrial(context: RequestedTrial): Promise<ActionOutcome<Io['outputs']>> {
  const { world, head } = context
  const facts = await collect(context)
  const decision = decideStagingTrial(facts)
  if (facts.standing === 'unknown') throw new MissingPermission('members: read', `see who is in ${facts.operators}`)
  if (decision.kind === 'refuse') throw new UserError(decision.reason, decision.message, { fix: decision.fix })

  const { number: pull } = facts.pull
  const plan: StagingTrialPlan = {
    ...{ schema: 1, run: runKey(world.run), pull, head, merge: decision.merge, digest: decision.digest },
    clusters: facts.clusters,
  }
  const message = `#${pull} (${head.slice(0, 7)}) may be tried on ${facts.clusters.join(', ')}.`
  world.log.info(message)
  return {
    finding: { decision: 'approved', reason: 'ok', message, commit: decision.merge },
    outputs: { plan: JSON.stringify(plan), clusters: JSON.stringify(facts.clusters) },
  }
}

async function collect(context: RequestedTrial): Promise<StagingTrialFacts> {
  const { policy, github, world, pull: asked, head, digest } = context
  const { repository: repo, sha: started } = world.run
  const actor = (await saidStage({ policy, github, world, pull: asked, head })) ?? world.run.actor
  const standing = await operatorsOf(github, policy)(actor)
  const main = await defaultBranch(github, repo)
  const number = pullNumber(asked, world.run)
  const { data } = await github.rest.pulls.get({ ...repoRef(repo), pull_number: number })
  const pull = { number, open: data.state === 'open', head: data.head.sha, into: data.base.ref }
  const { mergeBase } = await compareCommits(github, repo, main.tip, pull.head)
  const changes = await treeChanges(github, repo, mergeBase, pull.head)
  return {
    ...{ actor, standing, operators: showOperators(policy), asked: { head, digest }, main, started, pull },
    // Whoever may not start this fetches nothing either.
    merge: standing === 'operator' ? await mergeOf(context, main.tip, pull) : undefined,
    digest: changes && changeDigest(changes),
    clusters: policy.clusters.filter(({ wave }) => wave === 'staging').map(({ name }) => name),
  }
}

/** The job that handles `/try-staging` starts this with its own token; the gate has recorded who wrote the command. */
async function saidStage({
  policy,
  github,
  world,
  pull,
  head,
}: Pick<RequestedTrial, 'policy' | 'github' | 'world' | 'pull' | 'head'>): Promise<string | undefined> {
  if (world.run.actor !== 'github-actions[bot]') return undefined
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const words = await readChangeEvidence(place, pullNumber(pull, world.run))
  const since = world.clock.now().getTime() - stillMeant
  return words.findLast((one) => one.said.kind === 'try-staging' && one.head === head && Date.parse(one.at) > since)?.by
}

/** The merge of both; undefined if the trial is refused anyway. */
async function mergeOf(
  context: RequestedTrial,
  tip: string,
  pull: StagingTrialFacts['pull'],
): Promise<StagingTrialFacts['merge']> {
  const { world, head } = context
  if (!pull.open || pull.head !== head || tip !== world.run.sha) return undefined
  return withTempFolder(world, (temp) => stagingMerge(context, head, temp))
}
