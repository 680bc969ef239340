import { mentionOperators } from '../../../shared/duty/operators.js'
import type { Policy } from '../../../shared/policy/policy.js'
import { escapeMarkdown, markdownLink, mentionLogin } from '../../../shared/report/markdown.js'
import type { DutyMessage, Phase } from './decide-duty.js'
import type { OpenAssignment } from './open-assignments.js'

/** What the words need to know. */
export interface DutyMessageFacts {
  policy: Policy
  turn: OpenAssignment
  duty: string[]
  /** Address of the workflow runs that deploy. */
  runsUrl: string
  /** Address of the issue that calls the operators; of that word only. */
  issueUrl?: string | undefined
}

/** What is said under a bump's pull request. Mentions reach those who could not be assigned. */
export function describeDutyMessage(word: DutyMessage, said: DutyMessageFacts): string {
  const { policy } = said
  switch (word.kind) {
    case 'greet':
      return greeting(word.login, said)
    case 'offer':
      return `${mentionLogin(word.offer.to)}: ${escapeMarkdown(word.offer.from)} asks you to see this deploy through. To accept, comment \`/assign\`. Until then they stay on duty.`
    case 'remind':
      return `${mentionLogin(word.login)}: ${standing(said)} ${todo(said)}`
    case 'call':
      return `${mentionOperators(policy)}: ${standing(said)} ${whose(said)} ${todo(said)} Escalated in ${markdownLink('this issue', said.issueUrl ?? '')}, which closes automatically.`
    case 'end':
      return `${ending(said.turn)} Nothing is left to do here: thank you${thanks(said.duty)}.`
  }
}

function greeting(login: string | undefined, said: DutyMessageFacts): string {
  const { policy, turn, runsUrl } = said
  const who = login === undefined ? mentionOperators(policy) : mentionLogin(login)
  const why =
    login === undefined
      ? 'bots made and merged these changes, so you are on duty for this deploy.'
      : 'you are on duty for this deploy.'
  const merged = turn.mergedAt !== undefined
  const steps = [
    ...(merged ? [] : [`When \`lockstep / gate\` is green, ${how(policy)}. If it is red, the check says what to do.`]),
    `Follow ${markdownLink('the deploy', runsUrl)} until every cluster is verified. A comment here tells you.`,
    'If it fails, the clusters are rolled back automatically, and you are told here and upstream. Then fix or revert it upstream.',
  ]
  return [
    `${who}: ${why}`,
    '',
    ...steps.map((step, index) => `${index + 1}. ${step}`),
    '',
    'No time? Comment `/assign @somebody`. They take over when they comment `/assign`.',
  ].join('\n')
}

const how = ({ merge }: Policy): string =>
  ({
    person: 'merge this',
    command: 'comment `/merge`, or merge this',
    auto: 'it is merged automatically: check that it is',
  })[merge.bump]

/** Where it stands. Absolute times, so that it stays true. */
function standing({ turn }: DutyMessageFacts): string {
  const since = at(turn.mergedAt ?? turn.openedAt)
  const missing = turn.left.map((cluster) => escapeMarkdown(cluster)).join(', ')
  const words: Record<Phase, string> = {
    proposed: `this has waited to be merged since ${since}.`,
    deploying: `this was merged at ${since} and is not verified on ${missing} yet.`,
    failing: `this failed on ${escapeMarkdown(turn.failed?.record.cluster ?? missing)}, and main is not reverted yet.`,
    verified: 'this is verified.',
    back: 'this was reverted.',
  }
  return words[turn.phase]
}

function todo({ turn, policy, runsUrl }: DutyMessageFacts): string {
  if (turn.phase === 'proposed')
    return `Until it is merged, nobody else can deploy. When \`lockstep / gate\` is green, ${how(policy)}; otherwise the check says what to do.`
  return `See ${markdownLink('its deploy', runsUrl)}: the run says what it waits for and what to do.`
}

const whose = ({ duty }: DutyMessageFacts): string =>
  duty.length > 0 ? `On duty: ${duty.map((login) => escapeMarkdown(login)).join(', ')}.` : ''

const ending = (turn: OpenAssignment): string =>
  turn.phase === 'back' ? 'Main no longer has this version.' : `Verified on all clusters${durationPassed(turn)}.`

const thanks = (duty: string[]): string => duty.map((login) => `, ${escapeMarkdown(login)}`).join('')

/** From the merge to the last cluster's smoke test. */
export function durationPassed({ mergedAt, verified }: OpenAssignment): string {
  const last = Math.max(...verified.map((one) => Date.parse(one.at)))
  const took = last - Date.parse(mergedAt ?? '')
  return Number.isFinite(took) && took >= 0 ? ` after ${Math.max(1, Math.round(took / 60_000))} min` : ''
}

const at = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

/** The issue that calls the operators. */
export const overdueTitle = ({ component, pull }: OpenAssignment): string =>
  `${component.name}: #${pull} is not deployed yet`

export const overdueBody = (said: DutyMessageFacts): string =>
  [
    `${mentionOperators(said.policy)}: ${markdownLink(`#${said.turn.pull}`, said.turn.url)} needs attention: ${standing(said)} ${whose(said)}`,
    '',
    todo(said),
    '',
    'To take it over, comment `/assign` under the pull request. This issue closes automatically once every cluster is verified, or the change is reverted on main.',
    '',
  ].join('\n')
