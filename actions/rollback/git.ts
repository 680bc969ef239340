import type { Outcome } from '../../shared/action/action.js'
import { explain } from '../../shared/action/errors.js'
import type { Finding } from '../../shared/action/result.js'
import { explainGitHub } from '../../shared/github/errors.js'
import { bounded, link, plain, summaryLimit } from '../../shared/report/markdown.js'
import { conflictsOf } from './decide.js'
import { type Failure, type GitContext, readFailure, readWanted, type Wanted } from './git-facts.js'
import type { Io } from './io.js'
import { type Issue, placeHold, tellConflict, tellUpstream } from './issues.js'
import { mergeWhenGreen } from './merge.js'
import { endedRevert, openRevert } from './revert-pull.js'

/** Main may move while the gate looks at the revert; then it is made anew. */
const attempts = 3

/**
 * Brings git after the clusters: the hold first, so that no later run deploys the same again, then the revert, then the issue
 * upstream. Everything is found again by its marker: run twice, it makes nothing twice.
 */
export async function rollBackGit(context: GitContext): Promise<Outcome<Io['outputs']>> {
  const { world } = context
  const failure = await readFailure(context)
  if (!failure) {
    const message = "Nothing that failed in this run is the change's fault: nothing is taken back."
    world.log.info(message)
    return {
      finding: { decision: 'nothing_to_roll_back', reason: 'already-there', message, commit: world.run.sha },
      outputs: {},
    }
  }

  const holds: Issue[] = []
  for (const bad of failure.bad) holds.push(await placeHold(context, failure, bad))
  for (const { url } of holds) world.log.info(`Held: ${url}`)

  const problems: string[] = []
  for (const [index, bad] of failure.bad.entries()) {
    try {
      const issue = await tellUpstream(context, failure, bad, holds[index])
      world.log.info(`Told upstream: ${issue.url}`)
    } catch (error) {
      // Upstream is told last in importance: what is deployed must not wait for a permission there.
      if (world.cancelled.aborted) throw error
      const { message, fix } = explain(explainGitHub(error) ?? error)
      problems.push(`${bad.component.upstream} could not be told: ${message} ${fix}`)
    }
  }

  const ended = failure.irreversible.length > 0 ? staysWith(context, failure) : await revert(context, failure)
  await world.summary(summaryOf(failure, ended, holds, problems))
  world.log.info(ended.message)
  const { url, problem, ...finding } = ended
  const all = [...(problem === undefined ? [] : [problem]), ...problems]
  return {
    finding: { ...finding, commit: failure.verified },
    outputs: { commit: failure.verified, ...(url === undefined ? {} : { url }) },
    ...(all.length === 0 ? {} : { problem: all.join('\n') }),
  }
}

type Ended = Pick<Finding, 'decision' | 'reason' | 'message'> & { url?: string; problem?: string }

async function revert(context: GitContext, failure: Failure): Promise<Ended> {
  const { policy, world } = context
  for (let attempt = 1; ; attempt++) {
    const wanted = await readWanted(context, failure)
    const ended = await endedRevert(context, failure)
    if (wanted.changes.length === 0 || ended?.state === 'merged') {
      const message = `Main is back at ${failure.verified.slice(0, 7)} already${ended ? ` (#${ended.number})` : ''}.`
      return { decision: 'reverted', reason: 'already-there', message, ...(ended ? { url: ended.url } : {}) }
    }
    if (ended) {
      const message = `Somebody closed #${ended.number}, so main is left as it is.`
      const problem = `${message}\nReopen it, or bring the release inputs back to ${failure.verified.slice(0, 7)} by hand.`
      return { decision: 'reverted', reason: 'revert-open', message, url: ended.url, problem }
    }
    const conflicts = conflictsOf(wanted.paths)
    if (conflicts.length > 0) return conflict(context, failure, conflicts)

    const pull = await openRevert(context, failure, wanted)
    const { number, url } = pull
    world.log.info(`Revert: #${number} ${url}`)
    if (policy.merge.revert === 'person') {
      return { decision: 'reverted', reason: 'revert-open', message: `#${number} waits for somebody to merge it.`, url }
    }
    const merged = await mergeWhenGreen(context, pull, wanted)
    if (merged.kind === 'merged') {
      const message = `Main is back at ${failure.verified.slice(0, 7)}: #${number} is merged.`
      return { decision: 'reverted', reason: 'ok', message, url }
    }
    if (merged.kind === 'moved' && attempt < attempts) continue
    const why = merged.kind === 'moved' ? 'the default branch moves all the time' : merged.why
    const message = `#${number} is not merged: ${why}.`
    const problem = `${message}\nLook at its check and merge it; until then main is not what is deployed.`
    return { decision: 'reverted', reason: 'revert-open', message, url, problem }
  }
}

/** A revert would be deployed, and that is what the cluster must not go back to by itself. */
function staysWith({ policy }: GitContext, { irreversible }: Failure): Ended {
  const message = `Main stays as it is: ${irreversible.join(', ')} cannot go back by itself.`
  const runbook = policy.runbook ? ` Runbook: ${policy.runbook}` : ''
  const problem = `${message}\nThe summary of its rollback job says what would be lost. Fix it forward with a pull request, and close the hold with it.${runbook}`
  return { decision: 'not_reversible', reason: 'irreversible', message, problem }
}

async function conflict(
  context: GitContext,
  failure: Failure,
  conflicts: Wanted['paths'][number]['path'][],
): Promise<Ended> {
  const issue = await tellConflict(context, failure, conflicts)
  const message = `Main cannot be taken back by itself: ${conflicts.join(', ')} changed again since. #${issue.number} says what to do.`
  return { decision: 'not_reversible', reason: 'revert-conflict', message, url: issue.url, problem: message }
}

const summaryOf = (failure: Failure, ended: Ended, holds: Issue[], problems: string[]): string =>
  bounded(
    [
      `### ${plain(failure.cause, 400)}`,
      '',
      ended.url ? `${link('Revert', ended.url)}: ${plain(ended.message, 600)}` : plain(ended.message, 600),
      ...holds.map(({ number, url }) => `Hold: ${link(`#${number}`, url)}`),
      ...problems.map((problem) => plain(problem, 600)),
      '',
    ].join('\n\n'),
    summaryLimit,
  )
