import { showOperators } from '../../../shared/duty/operators.js'
import { blockerLabels } from '../../../shared/holds/issues.js'
import { type Check, check } from './check.js'
import type { Facts } from './facts.js'
import { ofType } from './rulesets.js'

/** By what upstream's pull requests are told whether they may be merged; lane.yml upstream reports it. */
const laneStatus = 'lockstep / lane'

/** Who decides, what they mark with, and upstream's side. */
export const peopleChecks = ({ policy, labels, operators, upstreams }: Facts): Check[] => [
  check(
    'Operators are known',
    operators,
    `Look at ${showOperators(policy)}: is that its name, and may the gate App read its members (Organization, Members: read)?`,
    (count) =>
      count >= 2
        ? `There are ${count}.`
        : {
            finding: 'too-few-operators',
            wrong: `There ${count === 1 ? 'is only one' : 'is none'}, and some changes take the word of two.`,
            fix: 'Add people to "operators" in the policy, or to the team that it names.',
          },
  ),
  check('Labels for people', labels, 'Look at Issues, Labels.', (found) => {
    const missing = Object.values(blockerLabels).filter((name) => !found.includes(name))
    return missing.length === 0
      ? 'An operator can place a hold or a freeze by hand.'
      : {
          finding: 'label-missing',
          wrong: `There is no label ${missing.join(', ')}: nobody can place a hold or a freeze by hand.`,
          fix: missing.map((name) => `gh label create ${name}`).join(' && '),
        }
  }),
  ...upstreams.map(({ repo, rules }) =>
    check(
      `${repo}: the lane is required`,
      ofType(rules, 'required_status_checks'),
      `Look at Settings, Rules, Rulesets of ${repo}: is "${laneStatus}" required?`,
      (found) =>
        found.some(({ checks }) => checks.some(({ name, source }) => name === laneStatus && source === undefined))
          ? 'Nothing is merged there while an earlier change is not deployed.'
          : {
              finding: 'lane-not-required',
              wrong: `"${laneStatus}" is not required on its default branch, or only from one source: changes can pile up there undeployed, or wait for ever.`,
              fix: `Settings, Rules, Rulesets of ${repo}: require the status check "${laneStatus}" on the default branch, from any source (step 9 of docs/adopting.md has the command).`,
            },
    ),
  ),
]
