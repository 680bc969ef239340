import { appInputs, type InputDefinition, secretInput, textInput } from '../../shared/action/inputs.js'
import type { ActionDefinition } from '../../shared/runtime/action.js'

export const definition = {
  name: 'doctor',
  description: 'Checks every setting that Lockstep relies on, and says how to correct the wrong ones',
  inputs: {
    token: secretInput({ description: 'Token of the gate App on the deploy repo, in place of its key.' }),
    'upstream-token': secretInput({
      description:
        "Token that reads the upstream repositories. Default: the job's own token, which can read public repositories.",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression for the runner
      default: '${{ github.token }}',
    }),
    ...appInputs('the gate App'),
    'bump-key': secretInput({ description: 'Private key of the bump App, to check its permissions.' }),
    'settings-token': secretInput({
      description:
        'Token that reads the repository settings (administration: read). Without it you must check these settings yourself.',
    }),
    'exposed-secrets': textInput({
      description: 'Names of the secrets that a job without an environment can read, or "none".',
    }),
  },
  outputs: {
    conclusion: 'success, or failure if a setting is wrong.',
  },
} as const satisfies ActionDefinition<Record<string, InputDefinition<string>>, Record<string, string>>
