import type { Definition } from '../../shared/action/action.js'
import { choice, count, duration, flag, type Inputs, type Outputs, secret, text } from '../../shared/action/inputs.js'

const inputs = {
  cluster: text({ description: 'Name of the cluster in the policy.', required: true }),
  kubeconfig: secret(
    {
      description: "Content of a kubeconfig file: the secret KUBECONFIG of the cluster's environment.",
      required: true,
    },
    'kubeconfig',
  ),
  deployed: text({
    description:
      'Output `result` of helm-deploy (mode `deploy`, `adopt` or `stage`) or rollback (part `clusters` or `staged`) in this job. With `look`: output `orders` of infra-change-gate, the part of this cluster.',
    required: true,
  }),
  look: flag({
    description:
      '`true`: look again at what an earlier run deployed and verified. Nothing is verified or taken back by that, and `binder-build` is left out.',
    default: 'false',
  }),
  secrets: secret(
    {
      description: 'Secrets that the checks of the policy use by name, one `NAME: value` a line.',
    },
    'named-values',
  ),
  deadline: duration({ description: 'How long the new version may take to answer everywhere.', default: '5m' }),
  total: duration({ description: 'How long the whole smoke test may take.', default: '40m' }),
  parallel: count({ description: 'How many checks are asked at a time.', default: '4' }),
  tier: choice(
    {
      description:
        "Tier of the change, `T0` to `T2`: the checks are repeated for the policy's `watch` time of it, before anything is verified. Empty: no watch. That of `T3` only alerts, and is no part of this job (see `look`).",
      default: '',
    },
    ['', 'T0', 'T1', 'T2', 'T3'],
  ),
  'watch-every': duration({ description: 'How far apart the rounds of a watch are.', default: '5m' }),
  'watch-budget': choice(
    {
      description:
        'How many rounds of a watch may be `flaky` or `inconclusive` without ending it; `fail` always ends it.',
      default: '1',
    },
    ['0', '1', '2', '3'],
  ),
} satisfies Inputs

const outputs = {
  verdict: '`pass`, `flaky` (a check passed only when repeated), `fail`, or `inconclusive` (could not tell).',
} satisfies Outputs

export const definition = {
  name: 'smoke-test',
  description: 'Proves that the new version serves users, and only then writes "verified".',
  inputs,
  outputs,
  post: true,
} satisfies Definition<Inputs, Outputs>

export type Io = { inputs: typeof inputs; outputs: typeof outputs }
