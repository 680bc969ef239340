import { isByBot } from '../../shared/github/bot.js'
import { repoRef } from '../../shared/github/client.js'
import type { Policy } from '../../shared/policy/policy.js'
import { type ExternalChangeRecord, readExternalChanges } from '../../shared/records/external-changes.js'
import { escapeMarkdown, mentionLogin } from '../../shared/report/markdown.js'
import { classifyExternalChange } from '../../shared/risk/external-change.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import type { ExternalChangeContext } from './evaluate.js'
import type { InspectionRequest, Observation } from './inspect.js'
import type { definition } from './io.js'
import type { SoakRequest as Merged } from './soak-alert/request.js'
import { soakedDeploys } from './soak-alert/soaked-deploys.js'

type Done = ActionOutcome<typeof definition.outputs>

const hour = 60 * 60_000

/** Longer than that a job is not kept waiting: what is left of a watch is looks, an hour apart. */
const inOneJob = hour

const marker = '<!-- lockstep:outside-watch -->'

type Watching = Pick<Policy, 'soak' | 'changeClasses'>
type Watched = Pick<ExternalChangeRecord, 'change' | 'begun' | 'ended'>

/** How long (ms) the policy has a change's cluster watched: by the job that looks after it, and by looks from then on. */
export function soakOf(
  policy: Watching,
  { change }: Pick<ExternalChangeRecord, 'change'>,
): { job: number; later: number } {
  const { tier } = classifyExternalChange(change, policy)
  const whole = tier === 'T2' || tier === 'T3' ? policy.soak[tier] : 0
  const job = Math.min(whole, inOneJob)
  return { job, later: whole - job }
}

/**
 * The change whose cluster is looked at in this hour, of those that went well and are watched still: another one every hour. A
 * cluster's newer change ends the watch of the one before, which says nothing about it any more. Pure.
 */
export function soakingNow<R extends Watched>(policy: Watching, all: readonly R[], now: Date): R | undefined {
  const newest = new Map<string, R>()
  for (const one of all) {
    const other = newest.get(one.change.cluster)
    if (one.begun && !(other?.begun && other.begun.at >= one.begun.at)) newest.set(one.change.cluster, one)
  }
  const watched = [...newest.values()].filter(
    (one) => one.ended?.outcome === 'success' && now.getTime() < Date.parse(one.ended.at) + soakOf(policy, one).later,
  )
  return watched[Math.floor(now.getTime() / hour) % watched.length]
}

/** What the jobs with the clusters' keys are asked by the schedule; nothing where nothing is watched. */
export async function continueSoaks(context: ExternalChangeContext): Promise<Done> {
  const { github, policy, world } = context
  const all = await readExternalChanges({ github, repo: world.run.repository, gateBot: policy.apps.gate.bot })
  const one = soakingNow(policy, all, world.clock.now())
  const merged = await soakedDeploys(context)
  const names = [...(one ? [`${one.change.cluster} (#${one.issue})`] : []), ...merged.map(({ cluster }) => cluster)]
  const message =
    names.length === 0 ? 'No cluster soaks after a change.' : `Clusters that soak after a change: ${names.join(', ')}.`
  world.log.info(message)
  const decided = names.length === 0 ? ({ decision: 'skipped', reason: 'up-to-date' } as const) : green
  return {
    finding: { ...decided, message, commit: world.run.sha, ...(one ? { cluster: one.change.cluster } : {}) },
    outputs: { ...(one ? requestOf(one) : {}), ...requestsOf(merged) },
  }
}

const green = { decision: 'success', reason: 'ok' } as const

function requestOf({ issue, change, begun }: ExternalChangeRecord): Done['outputs'] {
  if (!begun) return {}
  const request: InspectionRequest = { issue, change, step: 'soak', by: begun.by, soak: 0, before: begun.health }
  return { request: JSON.stringify(request), cluster: change.cluster }
}

function requestsOf(merged: readonly Merged[]): Done['outputs'] {
  if (merged.length === 0) return {}
  const byCluster = Object.fromEntries(merged.map((request) => [request.cluster, request]))
  return { 'soak-clusters': JSON.stringify(Object.keys(byCluster)), requests: JSON.stringify(byCluster) }
}

/**
 * Says in the issue what is not well any more, and that it is well again: once each, however often it is looked at. It only tells;
 * the change stays as it is recorded.
 *
 * @param seen undefined where the cluster could not be looked at.
 */
export async function describeSoaks(
  { github, policy, world }: ExternalChangeContext,
  { issue, by, change }: Pick<InspectionRequest, 'issue' | 'by' | 'change'>,
  seen: Observation | undefined,
): Promise<{ text: string; well: boolean }> {
  const at = { ...repoRef(world.run.repository), issue_number: issue }
  const comments = await github.paginate(github.rest.issues.listComments, { ...at, per_page: 100 })
  const { bot } = policy.apps.gate
  const last = comments.findLast((one) => isByBot(one, bot) && one.body?.startsWith(marker))?.body
  const cluster = escapeMarkdown(change.cluster)
  const problems = seen?.problems ?? ['it could not be inspected, so its state is unknown']
  const list = problems.map((problem) => `- ${escapeMarkdown(problem, 300)}`).join('\n')
  const well = problems.length === 0
  const again = `${marker}\n${mentionLogin(by)} ${cluster} is healthy again.`
  const text = `${cluster} is **unhealthy** since this change.\n\n${list}\n\nThis is only a report: fix it or undo the change as the plan says. The cluster is inspected again within hours, and news is reported here.`
  const body = well ? again : `${marker}\n${mentionLogin(by)} ${text}`
  // Nothing said yet is as good as well.
  if (body !== (last ?? again)) await github.rest.issues.createComment({ ...at, body })
  return { text: well ? `${cluster} is healthy.` : text, well }
}
