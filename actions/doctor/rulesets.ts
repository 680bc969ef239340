import { gateCheckName } from '../../shared/records/gate-check.js'
import type { Bypasser } from './bypass.js'
import { checkSetting, type Seen, type SettingCheck } from './check.js'
import type { DoctorFacts, Rule } from './facts.js'
import { mergeQueueCheck } from './merge-queue.js'

const where = 'Settings, Rules, Rulesets, lockstep'

/** What makes the gate's word count: on the default branch of the deploy repo. */
export function rulesetChecks(facts: DoctorFacts): SettingCheck[] {
  const { rules, branch, policy, classic } = facts
  const look = `Check ${where}.`
  const asked = ofType(rules, 'required_status_checks')
  const pulls = ofType(rules, 'pull_request')
  const gate = String(policy.apps.gate.id)
  return [
    checkSetting('The gate is required', asked, look, (found) => {
      const named = found.flatMap(({ checks }) => checks).filter(({ name }) => name === gateCheckName)
      if (named.some(({ source }) => source === policy.apps.gate.id)) return `Only the App ${gate} can make it green.`
      return named.length === 0
        ? {
            finding: 'gate-not-required',
            wrong: `No active ruleset requires "${gateCheckName}" on ${branch}: anything can be merged.`,
            fix: `Create the ruleset as in step 8 of docs/adopting.md. If there is one, set it to Active in ${where}.`,
          }
        : {
            finding: 'gate-from-any-source',
            wrong: `"${gateCheckName}" is required, but not from the App ${gate}: a pull request's own workflow could make it green.`,
            fix: `${where}, Require status checks to pass: remove "${gateCheckName}" and add it again with the gate App as its source (integration_id ${gate}).`,
          }
    }),
    checkSetting('Changes need a pull request', pulls, look, (found) =>
      found.length > 0
        ? `Nobody can push to ${branch}.`
        : {
            finding: 'direct-pushes',
            wrong: `A commit can be pushed to ${branch} without a pull request.`,
            fix: `${where}: tick "Require a pull request before merging".`,
          },
    ),
    checkSetting('Bumps need no approval', pulls, look, (found) =>
      found.some(({ approvals, codeOwners }) => approvals > 0 || codeOwners)
        ? {
            finding: 'approvals-required',
            wrong: 'A ruleset requires approvals on every pull request. Pure bumps get none: they would wait forever.',
            fix: `${where}, Require a pull request before merging: set the approvals to 0 and untick "Require review from Code Owners". The gate counts the approvals that a change needs.`,
          }
        : 'The gate counts the approvals that a change needs.',
    ),
    checkSetting(
      'Classic protection requires no approvals',
      classic,
      'Check Settings, Branches: no rule there may require approvals.',
      (found) =>
        found && (found.approvals > 0 || found.codeOwners)
          ? {
              finding: 'classic-approvals',
              wrong:
                'A classic branch protection rule requires approvals on every pull request. Pure bumps get none: they would wait forever.',
              fix: `Settings, Branches, the rule for ${branch}: untick "Require approvals", or delete the rule: the ruleset protects ${branch}.`,
            }
          : found
            ? 'There is such a rule, and it requires no approval.'
            : 'There is no such rule.',
    ),
    planCheck(facts),
    checkSetting(`${branch} is protected`, rules, look, (found) => {
      const missing = ['deletion', 'non_fast_forward'].filter((type) => !found.some((rule) => rule.type === type))
      return missing.length === 0
        ? 'It can neither be deleted nor rewritten.'
        : {
            finding: 'branch-not-kept',
            wrong: `${branch} can be deleted or rewritten.`,
            fix: `${where}: tick "Restrict deletions" and "Block force pushes".`,
          }
    }),
    mergeQueueCheck(rules, branch, where),
    ...bypassChecks(facts),
  ]
}

/** C31: for a private repository it depends on the plan, which only rules that are in force prove. */
function planCheck({ private: hidden, rules }: DoctorFacts): SettingCheck {
  const inForce = 'value' in rules && rules.value.length > 0
  const plan = 'On the plan Free, GitHub has no rulesets and no branch rules for environments in private repositories.'
  const found = 'value' in hidden && hidden.value && !inForce ? { unseen: plan } : hidden
  return checkSetting(
    'The plan has rulesets and environments',
    found,
    "Check the owner's settings, Billing and licensing: a private repository needs Pro, Team or Enterprise. Or make it public.",
    (isPrivate) =>
      isPrivate ? 'Rules are in force in this private repository.' : 'A public repository has both on every plan.',
  )
}

const show = ({ type, id }: Bypasser): string => `${type} ${id ?? ''}`.trim()

function bypassChecks({ bypass, bypassers }: DoctorFacts): SettingCheck[] {
  const fix = `${where}, Bypass list: empty it.`
  const apps = (['gate', 'bump'] as const).map((app) =>
    checkSetting(
      `The ${app} App cannot bypass the ruleset`,
      bypass[app],
      `Check the bypass list in ${where}: it must be empty.`,
      (may) =>
        may
          ? {
              finding: 'app-bypasses',
              wrong: `The ${app} App is on the bypass list: anybody with its key can merge anything.`,
              fix,
            }
          : 'It is on no bypass list.',
    ),
  )
  const people = checkSetting(
    'Nobody is on the bypass list',
    bypassers,
    `Check the bypass list in ${where}: it must be empty. GitHub shows it only to people who may change it.`,
    (found) =>
      found.length === 0
        ? 'It is empty.'
        : { finding: 'somebody-bypasses', wrong: `On the bypass list: ${found.map(show).join(', ')}.`, fix },
  )
  return [...apps, people]
}

export const ofType = (rules: Seen<Rule[]>, type: string): Seen<Rule[]> =>
  'value' in rules ? { value: rules.value.filter((rule) => rule.type === type) } : rules
