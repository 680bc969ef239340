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
    does: 'Tests what this job has deployed or rolled back, and writes "verified" on a pass.',
    takes: ['tier', 'soak-interval', 'soak-failure-budget'],
  },
  soak: {
    does: 'Tests once more what an earlier run deployed and verified. Nothing is verified or rolled back by that, and `binder-build` is left out.',
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
      'Output `result` of helm-deploy (mode `deploy`, `adopt` or `staging-trial`) or rollback (mode `cluster` or `staging-trial`) in this job. For `soak`: output `requests` of external-change, the part of this cluster.',
    required: true,
  }),
  secrets: secretInput(
    {
      description: 'Secrets that the checks of the policy use by name, one `NAME: value` a line.',
    },
    'named-values',
  ),
  'rollout-timeout': durationInput({
    description: 'How long the new version may take to answer everywhere.',
    default: '5m',
  }),
  timeout: durationInput({ description: 'How long the whole smoke test may take.', default: '40m' }),
  concurrency: countInput({ description: 'How many checks run at a time.', default: '4' }),
  tier: choiceInput(
    {
      description:
        "Tier of the change, `T0` to `T2`: the checks are repeated for the policy's `soak` time of it, before anything is verified. Empty: no soak. That of `T3` only alerts, and is no part of this job (see mode `soak`).",
      default: '',
    },
    ['', 'T0', 'T1', 'T2', 'T3'],
  ),
  'soak-interval': durationInput({ description: 'How far apart the rounds of a soak are.', default: '5m' }),
  'soak-failure-budget': choiceInput(
    {
      description:
        'How many rounds of a soak may be `flaky` or `inconclusive` without ending it; `fail` always ends it.',
      default: '1',
    },
    ['0', '1', '2', '3'],
  ),
} satisfies InputDefinitions

const outputs = {
  verdict: '`pass`, `flaky` (a check passed only when repeated), `fail`, or `inconclusive` (could not tell).',
} satisfies OutputDefinitions

export const definition = {
  name: 'smoke-test',
  description: 'Proves that the new version serves users, and only then writes "verified".',
  modes,
  inputs,
  outputs,
} satisfies ActionDefinition<InputDefinitions, OutputDefinitions>

export type Io = { inputs: typeof inputs; outputs: typeof outputs }
