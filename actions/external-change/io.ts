import { appInputs, type InputDefinition, secretInput, textInput } from '../../shared/action/inputs.js'
import { modeInput } from '../../shared/action/modes.js'
import type { ActionDefinition } from '../../shared/runtime/action.js'

const modes = {
  request: {
    does: 'Opens the issue for the change that an operator requested with the form.',
    needs: ['change-request'],
  },
  command: { does: 'Executes the command in a comment on the issue of a change.' },
  inspect: {
    does: 'Inspects the cluster, in a job that holds its credentials.',
    needs: ['request', 'kubeconfig'],
  },
  'record-inspection': {
    does: 'Records the observation.',
    needs: ['request'],
    takes: ['observation', 'inspect-result'],
  },
  'record-soak': {
    does: 'Opens, updates or closes the issue about a cluster that is unhealthy in the soak after a merged T3 change.',
    needs: ['request'],
    takes: ['observation', 'inspect-result'],
  },
  reconcile: { does: 'Lists the clusters that soak after a T3 change, for the jobs that test them.' },
} as const

export const definition = {
  name: 'external-change',
  description:
    'Applies the tiers, approvals and evidence of a pull request to a change that is made outside the repository',
  modes,
  inputs: {
    mode: modeInput(modes),
    ...appInputs('the gate App'),
    token: secretInput({
      description:
        "Token of the gate App on the deploy repo (checks: read, contents: read, deployments: write, issues: write; see Permissions). For `inspect`: the job's own token.",
    }),
    'change-request': textInput({ description: 'The submitted form as JSON: `toJSON(inputs)`.' }),
    request: textInput({
      description:
        "Output `request` of the first job. For `record-soak`: the cluster's entry in its output `requests`.",
    }),
    kubeconfig: secretInput(
      { description: "Content of a kubeconfig file: the secret KUBECONFIG of the cluster's environment." },
      'kubeconfig',
    ),
    observation: textInput({
      description:
        'Output `observation` of the job that inspected the cluster. For `record-soak`: output `encoded-result` (or `result`) of its smoke test. Empty if there is none.',
    }),
    'inspect-result': textInput({
      description:
        'Result of the job that inspected the cluster: `needs.<job>.result`. Its observation can be lost although the job succeeded.',
    }),
  },
  outputs: {
    request:
      'Request to inspect a cluster, as JSON, for the job that holds its credentials; empty if no inspection is needed.',
    cluster: 'Name of the cluster to inspect.',
    'soak-clusters':
      'Of `reconcile`: JSON list of the clusters that soak after a merged T3 change; empty if there is none.',
    requests: 'Of `reconcile`: JSON with an entry for each of these clusters: its change and what is deployed there.',
    observation: 'Of `inspect`: the observation, for the input `observation` in another job.',
  },
  encoded: ['observation'],
} as const satisfies ActionDefinition<Record<string, InputDefinition<string>>, Record<string, string>>
