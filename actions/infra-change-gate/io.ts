import { appInputs, type InputDefinition, secretInput, textInput } from '../../shared/action/inputs.js'
import { modeInput } from '../../shared/action/modes.js'
import type { ActionDefinition } from '../../shared/runtime/action.js'

const modes = {
  check: {
    does: 'May this pull request be merged? Carries out the command in the comment that started the run, and reports the required check.',
    takes: ['pull-request', 'upstream-token', 'rendered', 'render-result', 'dry-run-result', 'commit'],
  },
  'approve-commit': { does: 'Carries out the comment `/approve <commit>` under an issue.' },
  'start-staging-trial': {
    does: 'Starts the staging trial that an operator asked for. The token needs `actions: write`.',
    needs: ['staging-trial'],
  },
  reconcile: {
    does: 'Repairs what events missed: reopens blocked versions and freezes that nobody was entitled to close, merges the bumps that the policy lets the App merge now, and starts `check` for every check that is not right any more.',
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
        "The job's own token, with `actions: write`: starts the gate's workflow for checks that are not right any more. Without it none is started.",
    }),
    'upstream-token': secretInput({
      description:
        "Token that may read the upstream repositories; for a private one with actions, checks, contents, pull-requests and statuses: read. Default: the job's own, which reads public ones.",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression for the runner
      default: '${{ github.token }}',
    }),
    'pull-request': textInput({ description: 'Number of the pull request. Default: the one that started the run.' }),
    rendered: textInput({
      description:
        'Output `rendered` of helm-deploy for this pull request: what Helm renders of it. In a second job, after `render`.',
    }),
    'render-result': textInput({
      description:
        'How the job that rendered ended, also where it failed: `needs.<job>.result`. Empty in the first job.',
    }),
    'dry-run-result': textInput({
      description:
        'How the jobs that asked the clusters ended: `needs.<job>.result`. Only after an operator said `/dry-run`.',
    }),
    'staging-trial': textInput({
      description: 'Output `staging-trial` of the job that carried out the command.',
    }),
    commit: textInput({ description: 'Output `head` of the first job: what `dry-run-result` is about.' }),
  },
  outputs: {
    conclusion: 'What the check says: success or failure; empty for a pull request that is closed.',
    component: 'The component that is bumped, if it is a pure bump.',
    from: 'Its version before.',
    to: 'Its version after.',
    head: 'The commit that was checked.',
    render: '"true" where it has to be rendered, and checked once more with what Helm renders.',
    'dry-run':
      'JSON list of the clusters, as `{cluster, optional, kubernetes}`, that an operator wants asked by `/dry-run`; else empty. `kubernetes` only where the change takes it to another version.',
    'staging-trial':
      'JSON of what an operator wants tried on staging by `/try-staging`: `{pull, head, digest}`; else empty.',
    merged: 'Whether the App merged it: "true" or "false". Only where the policy says "merge.bump: command" or "auto".',
  },
} as const satisfies ActionDefinition<Record<string, InputDefinition<string>>, Record<string, string>>
