import {
  appInputs,
  type InputDefinitions,
  repositoryInput,
  secretInput,
  textInput,
  tokenInput,
} from '../../shared/action/inputs.js'
import { modeInput } from '../../shared/action/modes.js'
import type { ActionDefinition } from '../../shared/runtime/action.js'

const modes = {
  check: {
    does: 'Writes the status of one upstream pull request, or of what the merge queue has built.',
    takes: ['pull-request', 'deploy-token'],
  },
  reconcile: {
    does: 'Writes the status of every open pull request: of this repository, or, in the deploy repo, of every upstream. In the deploy repo it also assigns, reminds and escalates.',
    takes: ['deploy-token'],
  },
} as const

export const definition = {
  name: 'deploy-queue',
  description: 'Tells upstream whether a pull request may be merged now, and whoever is on duty what to do',
  modes,
  inputs: {
    mode: modeInput(modes),
    'deploy-repo': repositoryInput({ description: 'The deploy repo, as "owner/name".', required: true }),
    ...appInputs('the gate App'),
    token: tokenInput({
      description:
        'Token for the upstream repositories (statuses: write, pull-requests: read, contents: read; from the deploy repo that of the gate App, with pull-requests: write).',
    }),
    'deploy-token': secretInput({
      description:
        "Token that may read the deploy repo (contents, deployments, issues, pull-requests). The job's own reads public repositories. In the deploy repo itself that of the gate App (see Permissions).",
    }),
    'pull-request': textInput({ description: 'Number of the pull request. Default: the one that started the run.' }),
  },
  outputs: {
    state: 'What the status says of one pull request: success, failure, pending or error.',
    'statuses-written': 'How many statuses were written.',
  },
} as const satisfies ActionDefinition<InputDefinitions, Record<string, string>>
