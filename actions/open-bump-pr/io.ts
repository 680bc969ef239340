import {
  appInputs,
  choiceInput,
  commitInput,
  durationInput,
  flagInput,
  type InputDefinitions,
  repositoryInput,
  secretInput,
  textInput,
} from '../../shared/action/inputs.js'
import { modeInput } from '../../shared/action/modes.js'
import type { ActionDefinition } from '../../shared/runtime/action.js'

const modes = {
  open: {
    does: 'Opens, or moves forward, the pull request for one commit of one component.',
    needs: ['component'],
    takes: ['commit', 'version', 'wait', 'draft', 'auto-merge'],
  },
  reconcile: {
    does: 'Catches up on every component of the policy, without waiting: what was published later, and what was missed.',
    takes: ['draft', 'auto-merge'],
  },
} as const

export const definition = {
  name: 'open-bump-pr',
  description: 'Opens, or moves forward, the pull request that deploys what was merged upstream',
  modes,
  inputs: {
    mode: modeInput(modes),
    component: textInput({ description: 'Name of the component, as in the deploy policy.' }),
    'deploy-repo': repositoryInput({ description: 'The deploy repo, as "owner/name".', required: true }),
    ...appInputs('the bump App'),
    token: secretInput({
      description:
        'Token of the bump App on the deploy repo (contents: write, pull-requests: write, issues: read; for `reconcile` issues: write).',
    }),
    commit: commitInput({
      description: 'The upstream commit to deploy, usually a merge. Default: the commit that started the run.',
    }),
    version: textInput({
      description:
        'The published version to deploy, in place of `commit`. Default: the one that was made from the commit.',
    }),
    'upstream-token': secretInput({
      description: "Token that may read the upstream repository. Default: the job's own.",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression for the runner
      default: '${{ github.token }}',
    }),
    wait: durationInput({
      description: 'How long to wait until the version is published, such as "20m". Default: as in the policy.',
    }),
    draft: flagInput({ description: 'Whether the pull request is opened as a draft.', default: 'false' }),
    'auto-merge': choiceInput(
      {
        description:
          'Whether GitHub merges the pull request by itself once its required checks are green, and how: off, merge, squash or rebase.',
        default: 'off',
      },
      ['off', 'merge', 'squash', 'rebase'],
    ),
  },
  outputs: {
    'pull-request-number': 'Number of the pull request, where there is one.',
    'pull-request-url': 'Its address.',
    'pull-request-operation': 'What was done: created, updated, unchanged, closed, skipped or refused.',
    from: 'The version on the default branch.',
    to: 'The version that was published for the commit.',
  },
} as const satisfies ActionDefinition<InputDefinitions, Record<string, string>>
