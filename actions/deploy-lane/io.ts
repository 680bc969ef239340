import type { Definition } from '../../shared/action/action.js'
import { choice, type Input, repository, secret, text } from '../../shared/action/inputs.js'

export const definition = {
  name: 'deploy-lane',
  description: 'Tells upstream whether a pull request may be merged now, and whoever is on duty what to do',
  inputs: {
    about: choice(
      {
        description:
          'What to look at: `pull-request` (the one that started the run, or what the merge queue has built), or `all` (every open pull request: of this repository, or from the deploy repo of every upstream; from there it also looks after duty).',
        default: 'pull-request',
      },
      ['pull-request', 'all'],
    ),
    'deploy-repo': repository({ description: 'The deploy repo, as "owner/name".', required: true }),
    token: secret({
      description:
        'Token for the upstream repositories (statuses: write, pull-requests: read, contents: read; from the deploy repo that of the gate App, with pull-requests: write).',
      required: true,
    }),
    'deploy-token': secret({
      description:
        "Token that may read the deploy repo (contents, deployments, issues, pull-requests). Default: the job's own, which reads public repositories. In the deploy repo itself that of the gate App (see Permissions).",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression for the runner
      default: '${{ github.token }}',
    }),
    'pull-request': text({ description: 'Number of the pull request. Default: the one that started the run.' }),
  },
  outputs: {
    state: 'What the status says of one pull request: success, failure, pending or error.',
    written: 'How many statuses were written.',
  },
} as const satisfies Definition<Record<string, Input<string>>, Record<string, string>>
