import { appInputs, type InputDefinition, secretInput, textInput } from '../../shared/action/inputs.js'
import { modeInput } from '../../shared/action/modes.js'
import type { ActionDefinition } from '../../shared/runtime/action.js'

const modes = {
  check: {
    does: 'Executes the command in the comment that started the run, decides whether this pull request may be merged, and reports the required check.',
    takes: ['pull-request', 'upstream-token', 'rendered', 'render-result', 'dry-run-result', 'commit'],
  },
  'approve-commit': { does: 'Executes the comment `/approve <commit>` on an issue.' },
  'start-staging-trial': {
    does: 'Starts the staging trial that an operator requested. The token needs `actions: write`.',
    needs: ['staging-trial'],
  },
  reconcile: {
    does: 'Repairs what events missed: reopens issues about blocked versions and freezes that somebody closed without permission, merges the bumps that the policy lets the App merge now, and starts `check` for every outdated check.',
    takes: ['actions-token', 'upstream-token'],
  },
} as const

export const definition = {
  name: 'infra-change-gate',
  description: 'Decides whether a pull request of the deploy repo may be merged, and reports it as one required check',
  modes,
  inputs: {
    mode: modeInput(modes),
    ...appInputs('the gate App'),
    token: secretInput({
      description:
        'Token of the gate App on the deploy repo (checks: write, contents: read, pull-requests: write; to merge, contents: write; see Permissions).',
    }),
    'actions-token': secretInput({
      description:
        "The job's own token, with `actions: write`. It starts the gate's workflow for outdated checks; without it they stay outdated.",
    }),
    'upstream-token': secretInput({
      description:
        "Token that reads the upstream repositories. For private ones it needs actions, checks, contents, pull-requests and statuses: read. Default: the job's own token, which can read public repositories.",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression for the runner
      default: '${{ github.token }}',
    }),
    'pull-request': textInput({
      description: 'Number of the pull request. Default: the pull request that started the run.',
    }),
    rendered: textInput({
      description:
        'Output `rendered` of helm-deploy for this pull request. For a second job, which runs if the output `render` is "true".',
    }),
    'render-result': textInput({
      description: 'Result of the job that rendered, also if it failed: `needs.<job>.result`. Empty in the first job.',
    }),
    'dry-run-result': textInput({
      description: 'Result of the dry-run jobs: `needs.<job>.result`. Only after `/dry-run`.',
    }),
    'staging-trial': textInput({
      description: 'Output `staging-trial` of the job that executed the command.',
    }),
    commit: textInput({ description: 'Output `head` of the first job: the commit that `dry-run-result` belongs to.' }),
  },
  outputs: {
    conclusion: 'Conclusion of the check: success or failure; empty for a closed pull request.',
    component: 'The bumped component; empty if the pull request is not a pure bump.',
    from: 'Version of the component before the bump.',
    to: 'Version of the component after the bump.',
    head: 'The commit that was checked.',
    render: '"true" if Helm must render the pull request, and a second job must check the result.',
    'dry-run':
      'JSON list of the clusters for a dry-run, as `{cluster, optional, kubernetes}`, after `/dry-run`; otherwise empty. `kubernetes` is set only if the change upgrades Kubernetes.',
    'staging-trial':
      'JSON of the staging trial that an operator requested with `/try-staging`: `{pull, head, digest}`; otherwise empty.',
    merged:
      'Whether the App merged the pull request: "true" or "false". Only with "merge.bump: command" or "auto" in the policy.',
  },
} as const satisfies ActionDefinition<Record<string, InputDefinition<string>>, Record<string, string>>
