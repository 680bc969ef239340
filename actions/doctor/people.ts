import { blockerLabels } from '../../shared/blocks/guarded-issues.js'
import { showOperators } from '../../shared/duty/operators.js'
import { checkSetting, type SettingCheck } from './check.js'
import type { DoctorFacts } from './facts.js'
import { ofType } from './rulesets.js'

/** By what upstream's pull requests are told whether they may be merged; lane.yml upstream reports it. */
const laneStatus = 'lockstep / queue'

/** Who decides, what they mark with, and upstream's side. */
export const peopleChecks = ({ policy, labels, operators, upstreams }: DoctorFacts): SettingCheck[] => [
  checkSetting(
    'Operators are known',
    operators,
    `Check ${showOperators(policy)}: is that its name, and may the gate App read its members (Organization, Members: read)?`,
    (count) =>
      count >= 2
        ? `There are ${count}.`
        : {
            finding: 'too-few-operators',
            wrong: `There ${count === 1 ? 'is only one' : 'is none'}, but some changes need approvals from two.`,
            fix: 'Add people to "operators" in the policy, or to the team that it names.',
          },
  ),
  checkSetting('Labels for people', labels, 'Check Issues, Labels.', (found) => {
    const missing = Object.values(blockerLabels).filter((name) => !found.includes(name))
    return missing.length === 0
      ? 'An operator can block a version or open a deploy freeze by hand.'
      : {
          finding: 'label-missing',
          wrong: `There is no label ${missing.join(', ')}: nobody can block a version or open a deploy freeze by hand.`,
          fix: missing.map((name) => `gh label create ${name}`).join(' && '),
        }
  }),
  ...upstreams.map(({ repo, rules }) =>
    checkSetting(
      `${repo}: the deploy queue is required`,
      ofType(rules, 'required_status_checks'),
      `Check Settings, Rules, Rulesets of ${repo}: is "${laneStatus}" required?`,
      (found) =>
        found.some(({ checks }) => checks.some(({ name, source }) => name === laneStatus && source === undefined))
          ? 'Nothing is merged there while an earlier change is not deployed.'
          : {
              finding: 'queue-not-required',
              wrong: `"${laneStatus}" is not required on its default branch, or only from one source: undeployed changes pile up there, or pull requests wait forever.`,
              fix: `Settings, Rules, Rulesets of ${repo}: require the status check "${laneStatus}" on the default branch, from any source (step 9 of docs/adopting.md has the command).`,
            },
    ),
  ),
]
