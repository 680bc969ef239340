import type { Outcome } from '../../shared/action/action.js'
import { MissingPermission } from '../../shared/action/errors.js'
import { runUrl } from '../../shared/action/facts.js'
import type { World } from '../../shared/action/world.js'
import { operatorsOf, showOperators } from '../../shared/duty/operators.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import type { Policy } from '../../shared/policy/policy.js'
import { acceptanceId, acceptCheckName } from '../../shared/records/accept-check.js'
import { code, mention, plain } from '../../shared/report/markdown.js'
import { commitFacts } from './accept-facts.js'
import { type AcceptDecision, decideAccept } from './decide-accept.js'
import type { definition } from './io.js'
import { readWord, type Word } from './word.js'

interface AcceptContext {
  github: GitHub
  policy: Policy
  world: World
}

type Done = Outcome<typeof definition.outputs>

const isAccept = /^\/accept(?:\s|$)/

/**
 * Hears an operator's `/accept <commit>` under an issue, and writes it down as a check run of the gate App on that commit,
 * which the plan believes. Safe to repeat.
 *
 * @throws MissingPermission where the token cannot see the operators' team.
 */
export async function acceptCommit(context: AcceptContext): Promise<Done> {
  const { github, world } = context
  const word = await readWord(github, world.run, isAccept)
  if (!word || word.onPull) {
    const message = 'No comment under an issue that says "/accept" started this run.'
    return {
      finding: { decision: 'skipped', reason: 'already-there', message, commit: world.run.sha },
      outputs: {},
    }
  }
  const decision = await judge(context, word)
  if (decision.kind === 'accept') await write(context, decision.sha, word.login)
  await answer(context, word, decision)
  return outcome(context, word, decision)
}

async function judge({ github, policy, world }: AcceptContext, { login, edited, line }: Word): Promise<AcceptDecision> {
  const standing = await operatorsOf(github, policy)(login)
  if (standing === 'unknown') throw new MissingPermission('members: read', `see who is in ${showOperators(policy)}`)
  const named = /^\/accept\s+([\da-f]{7,40})$/i.exec(line)?.[1]?.toLowerCase()
  // A stranger's word costs GitHub no more requests than that.
  const commit = standing === 'operator' && named ? await commitFacts(github, world, policy, named) : undefined
  return decideAccept({ login, standing, edited, named, commit })
}

async function write({ github, world }: AcceptContext, sha: string, by: string): Promise<void> {
  await github.rest.checks.create({
    ...repoRef(world.run.repository),
    name: acceptCheckName,
    head_sha: sha,
    status: 'completed',
    conclusion: 'success',
    external_id: acceptanceId({ commit: sha, by }),
    details_url: runUrl(world.run),
    output: {
      title: `Accepted by ${by}`,
      summary: `${plain(by)} looked at ${code(sha.slice(0, 7))}, which passed no gate, and accepts it. It may be deployed.`,
    },
  })
}

/** By a reaction on the comment; strangers get no words, since they could make the App write as often as they like. */
async function answer({ github, world }: AcceptContext, word: Word, decision: AcceptDecision): Promise<void> {
  const at = repoRef(world.run.repository)
  const silent = decision.kind === 'refuse' && decision.reason === 'not-operator'
  // The words come first: where the run is cut off between the two, it is better said twice than not at all.
  if (!silent) {
    const body = `${mention(word.login)} ${sayTo(decision)}`
    await github.rest.issues.createComment({ ...at, issue_number: word.number, body })
  }
  // One that is gone takes no reaction.
  if (word.edited) return
  const content = decision.kind === 'refuse' ? 'confused' : 'rocket'
  await github.rest.reactions.createForIssueComment({ ...at, comment_id: word.id, content })
}

function sayTo(decision: AcceptDecision): string {
  if (decision.kind === 'refuse') return `Not accepted. ${plain(decision.message, 500)} ${plain(decision.fix, 500)}`
  const what = code(decision.sha.slice(0, 7))
  const said =
    decision.kind === 'accept' ? `${what} is accepted.` : `${what} was accepted already, by ${plain(decision.by)}.`
  return `${said} Re-run **all** jobs of the newest deploy, or merge the next change: it is deployed with that.`
}

function outcome({ world }: AcceptContext, word: Word, decision: AcceptDecision): Done {
  if (decision.kind === 'refuse') {
    const { reason, message, fix } = decision
    world.log.info(`Not accepted: ${message} ${fix}`)
    return {
      finding: { decision: 'refused', reason, message: `${message} ${fix}`, commit: world.run.sha },
      outputs: {},
    }
  }
  const by = decision.kind === 'accept' ? word.login : decision.by
  const message = `${decision.sha.slice(0, 7)} is accepted by ${by}.`
  world.log.info(message)
  const changed = decision.kind === 'accept'
  return {
    finding: {
      decision: changed ? 'approved' : 'unchanged',
      reason: changed ? 'ok' : 'already-there',
      message,
      commit: decision.sha,
    },
    outputs: {},
  }
}
