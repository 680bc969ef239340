import { checkSetting, type Seen, type SettingCheck } from './check.js'
import type { DoctorFacts, Upstream, Workflow } from './facts.js'
import { silentSince } from './schedules.js'
import { gateBotVariable } from './upstream.js'

/** The actions of Lockstep that belong upstream, with the file of the example that uses each. */
const actions: Record<string, string> = {
  'deploy-queue': 'lane.yml',
  'open-bump-pr': 'open-bump-pr.yml',
  rollback: 'revert.yml',
}

/** Upstream's side of it, beside its ruleset. Its files may have other names there: what they use tells which they are. */
export const upstreamSettings = ({ upstreams, policy, now }: DoctorFacts): SettingCheck[] =>
  upstreams.flatMap((upstream) => [
    ...workflowChecks(upstream, now),
    ...(upstream.reverts ? [gateBotCheck(upstream, policy.apps.gate.bot)] : []),
  ])

function workflowChecks({ repo, workflows, reverts }: Upstream, now: Date): SettingCheck[] {
  const byHand = `Check the Actions tab of ${repo}.`
  const ours: Seen<Workflow[]> = 'value' in workflows ? { value: workflows.value.filter(isOurs) } : workflows
  const needed = Object.keys(actions).filter((action) => action !== 'rollback' || reverts)
  return [
    checkSetting(`${repo}: all workflows exist`, ours, byHand, (found) => {
      const missing = needed.filter((action) => !found.some(({ text }) => uses(text, action)))
      return missing.length === 0
        ? `${needed.join(', ')} ${needed.length === 1 ? 'is' : 'are'} used there.`
        : {
            finding: 'upstream-workflow-missing',
            wrong: `No workflow there uses ${missing.join(', ')}.`,
            fix: `Copy ${missing.map((action) => actions[action]).join(', ')} from workflows-examples/upstream-repo (step 7 of docs/adopting.md).`,
          }
    }),
    checkSetting(`${repo}: workflows are enabled`, ours, byHand, (found) => {
      const off = found.filter(({ state }) => state !== 'active')
      return off.length === 0
        ? 'None of these is disabled.'
        : {
            finding: 'upstream-workflow-off',
            wrong: `${off.map(({ path, state }) => `${path} is disabled (${state})`).join('; ')}.`,
            fix: `Actions of ${repo}, the workflow's page, "Enable workflow".`,
          }
    }),
    scheduleCheck(`${repo}: schedules run`, 'upstream-schedule-silent', ours, byHand, now),
  ]
}

const uses = (text: string | undefined, action: string): boolean => text?.includes(`/actions/${action}@`) === true

/** lane-review.yml uses nothing: it is known by its name. */
const isOurs = ({ path, text }: Workflow): boolean =>
  text !== undefined &&
  (Object.keys(actions).some((action) => uses(text, action)) || path === '.github/workflows/lane-review.yml')

/** Whether GitHub still follows the schedules of some workflows (A19). */
export function scheduleCheck(
  about: string,
  finding: 'schedule-silent' | 'upstream-schedule-silent',
  workflows: Seen<Workflow[]>,
  byHand: string,
  now: Date,
): SettingCheck {
  const runs = 'value' in workflows ? workflows.value.map(({ scheduled }) => scheduled) : []
  const hidden = runs.find((one) => 'unseen' in one)
  return checkSetting(about, hidden && 'unseen' in hidden ? hidden : workflows, byHand, (found) => {
    const silent = found.flatMap((one) => {
      const last = silentSince(one, now)
      return last === undefined ? [] : [`${one.path} (since ${last.slice(0, 10)})`]
    })
    return silent.length === 0
      ? 'No schedule has been silent for long.'
      : {
          finding,
          wrong: `The schedule has not started these workflows: ${silent.join(', ')}.`,
          fix: 'Actions, the workflow\'s page: press "Run workflow". If the schedule stays silent, press "Disable workflow" and then "Enable workflow".',
        }
  })
}

const gateBotCheck = ({ repo, gateBot }: Upstream, bot: number): SettingCheck => {
  const fix = `gh variable set ${gateBotVariable} --repo ${repo} --body ${bot}`
  return checkSetting(
    `${repo}: revert requests of the gate App count`,
    gateBot,
    `Check Settings, Secrets and variables, Actions, Variables of ${repo}: ${gateBotVariable} must be ${bot}. Otherwise the issue that requests a revert starts nothing.`,
    (value) => {
      if (value?.trim() === String(bot)) return `Its variable ${gateBotVariable} is ${bot}.`
      const is = value === undefined ? 'is not set' : `is not ${bot}`
      return {
        finding: 'gate-bot-unknown-upstream',
        wrong: `Its variable ${gateBotVariable} ${is}: the issue that requests a revert starts nothing.`,
        fix,
      }
    },
  )
}
