import type { Reason } from '../../shared/foundation/result.js'
import { fixLabel } from './fixes.js'
import type {
  MergeCandidate,
  QueueState,
  QueueStatus,
  QueueVerdict,
  RolloutStatus,
  UndeployedChange,
  UnknownQueue,
} from './types.js'

/** GitHub refuses a longer description of a status. */
const limit = 140

/**
 * May this be merged now? Green only where nothing merged is left undeployed, and nothing is unknown. What repairs an
 * undeployed change always passes: it is the way out.
 */
export function decideQueue(queues: (QueueState | UnknownQueue)[], candidate: MergeCandidate): QueueVerdict {
  if (candidate.exception !== undefined) return green(`Allowed as an exception: label "${candidate.exception}".`)
  if (!candidate.ready) return say('pending', 'deploy-pending', 'Checked as soon as it is approved and no draft.')
  const { makes } = candidate
  const touched = makes === undefined ? queues : queues.filter(({ component }) => makes.includes(component))
  if (makes !== undefined && touched.length === 0)
    return green('Clear: this creates no new version, so nothing is deployed.')
  const known = touched.filter((queue) => 'max' in queue)
  const repaired = known
    .flatMap(({ undeployed }) => undeployed)
    .find(({ commit }) => candidate.repairs.includes(commit))
  if (repaired) return green(`Clear: it fixes ${nameOf(repaired)}, which is not deployed.`)
  const unknown = touched.find((queue) => 'problem' in queue)
  const [stop] = unknown
    ? [say('error', 'queue-unknown', `Unknown: ${unknown.problem}`)]
    : known.flatMap((queue) => waitingFor(queue, candidate.queued?.ahead ?? 0) ?? [])
  if (!stop) return green(describeClear(known))
  if (candidate.fix) return green(`Allowed as a fix: label "${fixLabel}".`)
  return candidate.queued && !unknown ? { ...stop, state: 'pending' } : stop
}

function waitingFor(queue: QueueState, ahead: number): QueueVerdict | undefined {
  const { shut, stage, undeployed, max, component } = queue
  if (shut?.kind === 'deploy-freeze')
    return say('failure', 'deploy-freeze', `Deploy freeze: #${shut.number} in the deploy repo.`, shut.url)
  if (shut)
    return say(
      'failure',
      'version-blocked',
      `${held(undeployed, component)} Fix or revert it: #${shut.number}.`,
      shut.url,
    )
  if (undeployed.length + ahead + 1 <= max) return undefined
  const [first] = undeployed
  if (!first) return say('failure', 'deploy-pending', `Waits for the deploy of ${ahead} before it in the merge queue.`)
  return say(
    'failure',
    'deploy-pending',
    `${nameOf(first)}${by(first)} is not verified${count(undeployed)}: ${where(stage)}.`,
    urlOf(stage),
  )
}

const held = ([first]: UndeployedChange[], component: string): string =>
  first ? `${nameOf(first)}${by(first)} failed to deploy.` : `A version of ${component} is blocked.`

const nameOf = ({ pull, commit }: UndeployedChange): string => (pull === undefined ? commit.slice(0, 7) : `#${pull}`)

/** Names people, without calling them: a description notifies nobody. */
const by = ({ duty, since }: UndeployedChange): string =>
  [duty === undefined ? '' : ` by ${duty}`, since === undefined ? '' : `, ${at(since)},`].join('')

const count = ({ length }: UndeployedChange[]): string => (length > 1 ? ` (and ${length - 1} more)` : '')

function where(stage: RolloutStatus | undefined): string {
  if (stage === undefined || stage.kind === 'unpublished') return 'no deploy PR yet'
  if (stage.kind === 'proposed') return `deploy PR #${stage.pull} is not merged yet`
  if (stage.kind === 'failed') return `failed on ${stage.cluster}, rolling back`
  const { verified, left } = stage
  return verified.length === 0 ? 'being deployed' : `deploying ${left[0] ?? 'the last'}, ${verified.at(-1)} is verified`
}

const urlOf = (stage: RolloutStatus | undefined): string | undefined =>
  stage && 'url' in stage ? stage.url : undefined

/** The same whenever it is asked: "2 h ago" would be another text every minute. */
const at = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

const green = (description: string): QueueVerdict => say('success', 'ok', description)

const say = (state: QueueStatus['state'], reason: Reason, description: string, url?: string): QueueVerdict => {
  const letters = [...description.replace(/\s+/g, ' ')]
  const cut = letters.length > limit ? `${letters.slice(0, limit - 1).join('')}…` : letters.join('')
  return { state, reason, description: cut, url }
}

/** What a green status says: how long a deploy takes, whose it is, and until when, all within the 140 letters that there are. */
function describeClear(queues: QueueState[]): string {
  const [fullest] = queues.toSorted((a, b) => b.undeployed.length - a.undeployed.length)
  const before =
    fullest && fullest.undeployed.length > 0
      ? `${fullest.undeployed.length} of at most ${fullest.max} undeployed.`
      : 'all is deployed and verified.'
  return `Clear: ${before} ${takes(queues)}, and you will be on duty${within(queues)}.`
}

function takes(queues: QueueState[]): string {
  const [usual] = queues.flatMap((queue) => queue.usual ?? []).toSorted((a, b) => b.middle - a.middle)
  return usual ? `A deploy takes ~${minutes(usual.middle)} min (p90 ${minutes(usual.slow)})` : 'A deploy follows'
}

/** All queues have the same window: it is the policy's. */
function within([queue]: QueueState[]): string {
  if (!queue?.window) return ''
  const { open, until } = queue.window
  return open ? `; window until ${until}` : `; window opens ${until}`
}

const minutes = (ms: number): number => Math.max(1, Math.round(ms / 60_000))
