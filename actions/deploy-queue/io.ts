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
    does: 'Sets the status of one upstream pull request, or of a commit of the merge queue.',
    takes: ['pull-request', 'deploy-token'],
  },
  reconcile: {
    does: 'Sets the status of every open pull request of this repository. In the deploy repo: of all upstream repositories; there it also assigns the person on duty, reminds and escalates.',
    takes: ['deploy-token'],
  },
} as const

export const definition = {
  name: 'deploy-queue',
  description: 'Shows upstream whether a pull request may be merged now, and tells the person on duty what to do',
  modes,
  inputs: {
    mode: modeInput(modes),
    'deploy-repo': repositoryInput({ description: 'The deploy repo, as "owner/name".', required: true }),
    ...appInputs('the gate App'),
    token: tokenInput({
      description:
        'Token for the upstream repositories (statuses: write, pull-requests: read, contents: read). In the deploy repo: the token of the gate App, with pull-requests: write.',
    }),
    'deploy-token': secretInput({
      description:
        "Token that reads the deploy repo (contents, deployments, issues, pull-requests). The job's own token reads public repositories. In the deploy repo: the token of the gate App (see Permissions).",
    }),
    'pull-request': textInput({
      description: 'Number of the pull request. Default: the pull request that started the run.',
    }),
  },
  outputs: {
    state: 'State of the status of one pull request: success, failure, pending or error.',
    'statuses-written': 'Number of statuses that were set.',
  },
} as const satisfies ActionDefinition<InputDefinitions, Record<string, string>>
