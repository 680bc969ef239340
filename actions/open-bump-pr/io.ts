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
    does: 'Opens or updates the pull request for one commit of one component.',
    needs: ['component'],
    takes: ['commit', 'version', 'wait', 'draft', 'auto-merge'],
  },
  reconcile: {
    does: 'Opens or updates the pull requests of all components, for versions that were published later or missed. It does not wait.',
    takes: ['draft', 'auto-merge'],
  },
} as const

export const definition = {
  name: 'open-bump-pr',
  description: 'Opens the pull request that deploys an upstream merge, or updates it to a newer version',
  modes,
  inputs: {
    mode: modeInput(modes),
    component: textInput({ description: 'Name of the component in the deploy policy.' }),
    'deploy-repo': repositoryInput({ description: 'The deploy repo, as "owner/name".', required: true }),
    ...appInputs('the bump App'),
    token: secretInput({
      description:
        'Token of the bump App on the deploy repo (contents: write, pull-requests: write, issues: read; for `reconcile`: issues: write).',
    }),
    commit: commitInput({
      description: 'The upstream commit to deploy, usually a merge. Default: the commit that started the run.',
    }),
    version: textInput({
      description:
        'The published version to deploy, instead of `commit`. Default: the version that was built from the commit.',
    }),
    'upstream-token': secretInput({
      description: "Token that reads the upstream repository. Default: the job's own token.",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression for the runner
      default: '${{ github.token }}',
    }),
    wait: durationInput({
      description:
        'How long to wait until the version is published, such as "20m". Default: the component\'s `wait` in the policy.',
    }),
    draft: flagInput({ description: 'Whether the pull request is opened as a draft.', default: 'false' }),
    'auto-merge': choiceInput(
      {
        description:
          "GitHub's auto-merge for the pull request, after all required checks are green: off, merge, squash or rebase.",
        default: 'off',
      },
      ['off', 'merge', 'squash', 'rebase'],
    ),
  },
  outputs: {
    'pull-request-number': 'Number of the pull request; empty if there is none.',
    'pull-request-url': 'URL of the pull request.',
    'pull-request-operation': 'What the action did: created, updated, unchanged, closed, skipped or refused.',
    from: 'The version on the default branch.',
    to: 'The version that was published for the commit.',
  },
} as const satisfies ActionDefinition<InputDefinitions, Record<string, string>>
