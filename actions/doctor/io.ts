import { appInputs, type InputDefinition, secretInput, textInput } from '../../shared/action/inputs.js'
import type { ActionDefinition } from '../../shared/runtime/action.js'

export const definition = {
  name: 'doctor',
  description: 'Tells whether every setting is in force that Lockstep relies on, and how to mend what is not',
  inputs: {
    token: secretInput({ description: 'Token of the gate App on the deploy repo, in place of its key.' }),
    'upstream-token': secretInput({
      description: "Token that may read the upstream repositories. Default: the job's own, which reads public ones.",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression for the runner
      default: '${{ github.token }}',
    }),
    ...appInputs('the gate App'),
    'bump-key': secretInput({ description: 'Private key of the bump App, for the same.' }),
    'settings-token': secretInput({
      description:
        'A token that may read the repository settings (administration: read). What only that can see is else left to you.',
    }),
    'exposed-secrets': textInput({
      description: 'Names of the secrets that a job without an environment saw, or "none".',
    }),
  },
  outputs: {
    conclusion: 'success, or failure where a setting is not in force.',
  },
} as const satisfies ActionDefinition<Record<string, InputDefinition<string>>, Record<string, string>>
