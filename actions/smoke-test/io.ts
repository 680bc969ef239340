import {
  choiceInput,
  countInput,
  durationInput,
  type InputDefinitions,
  type OutputDefinitions,
  secretInput,
  textInput,
} from '../../shared/action/inputs.js'
import { modeInput } from '../../shared/action/modes.js'
import type { ActionDefinition } from '../../shared/runtime/action.js'

const modes = {
  verify: {
    does: 'Tests the deploy or rollback of this job, and records "verified" if it passes.',
    takes: ['tier', 'soak-interval', 'soak-failure-budget'],
  },
  soak: {
    does: 'Repeats the tests of a deploy that an earlier run verified. It records nothing as verified, rolls back nothing, and skips `binder-build`.',
  },
} as const

const inputs = {
  mode: modeInput(modes),
  cluster: textInput({ description: 'Name of the cluster in the policy.', required: true }),
  kubeconfig: secretInput(
    {
      description: "Content of a kubeconfig file: the secret KUBECONFIG of the cluster's environment.",
      required: true,
    },
    'kubeconfig',
  ),
  'deploy-result': textInput({
    description:
      "Output `result` of helm-deploy (mode `deploy`, `adopt` or `staging-trial`) or rollback (mode `cluster` or `staging-trial`) in this job. For `soak`: this cluster's entry in output `requests` of external-change.",
    required: true,
  }),
  secrets: secretInput(
    {
      description: 'Secrets that the checks in the policy use by name, one `NAME: value` per line.',
    },
    'named-values',
  ),
  'rollout-timeout': durationInput({
    description: 'How long to wait until all pods and version endpoints serve the new version.',
    default: '5m',
  }),
  timeout: durationInput({ description: 'Time limit of the whole smoke test.', default: '40m' }),
  concurrency: countInput({ description: 'How many checks run at the same time.', default: '4' }),
  tier: choiceInput(
    {
      description:
        "Tier of the change. For `T0` to `T2` the checks are repeated for the policy's `soak` time of this tier before the release is verified. The soak of `T3` only alerts and runs in another job (see mode `soak`). Empty: no soak.",
      default: '',
    },
    ['', 'T0', 'T1', 'T2', 'T3'],
  ),
  'soak-interval': durationInput({ description: 'Time between two rounds of a soak.', default: '5m' }),
  'soak-failure-budget': choiceInput(
    {
      description: 'How many `flaky` or `inconclusive` rounds a soak tolerates. `fail` always ends it.',
      default: '1',
    },
    ['0', '1', '2', '3'],
  ),
} satisfies InputDefinitions

const outputs = {
  verdict:
    '`pass`, `flaky` (a check failed first and passed when repeated), `fail`, or `inconclusive` (neither a pass nor a failure).',
} satisfies OutputDefinitions

export const definition = {
  name: 'smoke-test',
  description: 'Tests whether the new version serves users, and records "verified" only if it passes.',
  modes,
  inputs,
  outputs,
} satisfies ActionDefinition<InputDefinitions, OutputDefinitions>

export type Io = { inputs: typeof inputs; outputs: typeof outputs }
