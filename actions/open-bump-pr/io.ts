import type { Definition } from '../../shared/action/action.js'
import { choice, commit, duration, flag, type Inputs, repository, secret, text } from '../../shared/action/inputs.js'

export const definition = {
  name: 'open-bump-pr',
  description: 'Opens, or moves forward, the pull request that deploys what was merged upstream',
  inputs: {
    component: text({
      description:
        'Name of the component, as in the deploy policy; `all` catches up on each of them, without waiting, for scheduled runs.',
      required: true,
    }),
    'deploy-repo': repository({ description: 'The deploy repo, as "owner/name".', required: true }),
    token: secret({
      description: 'Token of the bump App on the deploy repo (contents: write, pull-requests: write, issues: read).',
      required: true,
    }),
    commit: commit({
      description: 'The upstream commit to deploy, usually a merge. Default: the commit that started the run.',
    }),
    version: text({
      description:
        'The published version to deploy, in place of `commit`. Default: the one that was made from the commit.',
    }),
    'upstream-token': secret({
      description: "Token that may read the upstream repository. Default: the job's own.",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression for the runner
      default: '${{ github.token }}',
    }),
    wait: duration({
      description: 'How long to wait until the version is published, such as "20m". Default: as in the policy.',
    }),
    draft: flag({ description: 'Whether the pull request is opened as a draft.', default: 'false' }),
    'auto-merge': choice(
      {
        description:
          'Whether GitHub merges the pull request by itself once its required checks are green, and how: off, merge, squash or rebase.',
        default: 'off',
      },
      ['off', 'merge', 'squash', 'rebase'],
    ),
  },
  outputs: {
    number: 'Number of the pull request, where there is one.',
    url: 'Its address.',
    operation: 'What was done: created, updated, unchanged, closed, skipped or refused.',
    from: 'The version on the default branch.',
    to: 'The version that was published for the commit.',
  },
} as const satisfies Definition<Inputs, Record<string, string>>
