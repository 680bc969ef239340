import { forbiddingBlockers, readBlockers, refusalOf } from '../../../shared/blocks/blockers.js'
import type { ResultFields } from '../../../shared/foundation/result.js'
import { defaultBranch } from '../../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { hasStatus } from '../../../shared/github/errors.js'
import { waitingForCleanPass } from '../../../shared/records/clean-pass.js'
import { type Ending, endingsOf } from '../../../shared/records/deployments.js'
import { sameRun } from '../../../shared/records/verified.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { DeployRepoContext } from '../context.js'
import type { Io } from '../io.js'
import { decideRetry, type RetryFacts } from './decide-retry.js'
import { closePages, pageOperators } from './page-operators.js'

export interface ReconcileContext extends DeployRepoContext {
  /** Reads the upstream repositories, where a hold has to be compared. */
  upstream: GitHub
}

/**
 * Starts the newest deploy once more where a smoke test was no clean pass: all its jobs, as the run's next attempt. What is
 * verified stays so, what passes now is, and the waves behind it follow. Safe to run at any time.
 */
export async function retryDeploy(context: ReconcileContext): Promise<ActionOutcome<Io['outputs']>> {
  const { github, policy, world } = context
  const repo = world.run.repository
  // What was pushed since is deployed and tested by its own run.
  const { tip: commit } = await defaultBranch(github, repo)
  const found = await collect(context, commit)
  await closePages(github, repo, found.key)

  const decision = decideRetry(found)
  const told = (finding: Omit<ResultFields, 'commit'>): ActionOutcome<Io['outputs']> => {
    world.log.info(finding.message)
    return { finding: { ...finding, commit }, outputs: { changed: String(decision.kind === 'again') } }
  }
  switch (decision.kind) {
    case 'nothing':
      return told({ decision: 'unchanged', reason: 'up-to-date', message: decision.message })
    case 'wait':
      return told({ decision: 'waiting', reason: decision.reason, message: decision.message })
    case 'call': {
      const { record, description } = decision.ending
      const url = await pageOperators(github, { policy, run: world.run, ending: decision.ending })
      const message = `${record.cluster}: an operator has to decide (${description}): ${url}`
      const reason = record.reason === 'result-lost' ? 'result-lost' : 'smoke-inconclusive'
      return told({ decision: 'waiting', reason, message, cluster: record.cluster })
    }
    case 'again':
      await github.rest.actions.reRunWorkflow({ ...repoRef(repo), run_id: idOf(found.key ?? '') })
      return told({ decision: 'retried', reason: 'ok', message: decision.message })
  }
}

type Found = RetryFacts & { /** `<run id>/<attempt>` of the newest of its records. */ key: string | undefined }

async function collect(context: ReconcileContext, commit: string): Promise<Found> {
  const { github, policy, world } = context
  const repo = world.run.repository
  const optional = policy.clusters.filter((cluster) => cluster.optional).map(({ name }) => name)
  const all = await endingsOf({ github, repo, gateBot: policy.apps.gate.bot }, commit)
  const byRun = all.map(({ record }) => all.filter((ending) => sameRun(ending.record.run, record.run)))
  const endings = byRun.find((one) => waitingForCleanPass(one, optional).length > 0) ?? []
  const key = endings[0]?.record.run
  if (key === undefined) return { endings, optional, run: undefined, blocked: undefined, key }

  const run = await runOf(github, repo, idOf(key))
  return { endings, optional, run, blocked: await blockedBy(context, endings), key }
}

/** Undefined where GitHub no longer knows it. */
async function runOf(github: GitHub, repo: string, id: number): Promise<RetryFacts['run']> {
  try {
    const { data } = await github.rest.actions.getWorkflowRun({ ...repoRef(repo), run_id: id })
    return { attempt: data.run_attempt ?? 1, status: data.status, event: data.event }
  } catch (error) {
    if (hasStatus(error, 404)) return undefined
    throw error
  }
}

const idOf = (key: string): number => Number(key.split('/')[0])

async function blockedBy(
  { github, upstream, policy, world }: ReconcileContext,
  endings: Ending[],
): Promise<RetryFacts['blocked']> {
  const versions = endings.flatMap(({ record }) => record.releases.map(({ components }) => components))
  const blockers = await readBlockers(github, world.run.repository, policy)
  const [blocker] = await forbiddingBlockers(blockers, Object.assign({}, ...versions), policy, upstream)
  if (!blocker) return undefined
  const { reason, message } = refusalOf(blocker)
  return { reason, message }
}
