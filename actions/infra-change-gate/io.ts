import type { Definition } from '../../shared/action/action.js'
import { choice, type Input, secret, text } from '../../shared/action/inputs.js'

export const definition = {
  name: 'infra-change-gate',
  description: 'Decides whether a pull request of the deploy repo may be merged, and reports it as one required check',
  inputs: {
    about: choice(
      {
        description:
          'What to look at: `pull-request` (may it be merged?), `holds` (were they closed only by operators?), `commit` (the comment `/accept <commit>` that started the run), or `setup` (is what Lockstep relies on in force?).',
        default: 'pull-request',
      },
      ['pull-request', 'holds', 'commit', 'setup'],
    ),
    token: secret({
      description:
        'Token of the gate App on the deploy repo (checks: write, contents: read, pull-requests: write; to merge, contents: write; see Permissions).',
      required: true,
    }),
    'upstream-token': secret({
      description: "Token that may read the upstream repositories. Default: the job's own.",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression for the runner
      default: '${{ github.token }}',
    }),
    'pull-request': text({ description: 'Number of the pull request. Default: the one that started the run.' }),
    'gate-key': secret({ description: 'With `about: setup`: private key of the gate App, to see what it may do.' }),
    'bump-key': secret({ description: 'With `about: setup`: private key of the bump App, for the same.' }),
    'settings-token': secret({
      description:
        'With `about: setup`: a token that may read the repository settings (administration: read). What only that can see is else left to you.',
    }),
    'keys-outside': text({
      description: 'With `about: setup`: names of the keys that a job without an environment saw, or "none".',
    }),
  },
  outputs: {
    conclusion: 'What the check says: success or failure; empty for a pull request that is closed.',
    component: 'The component that is bumped, if it is a pure bump.',
    from: 'Its version before.',
    to: 'Its version after.',
    merged: 'Whether the App merged it: "true" or "false". Only where the policy says "merge.bump: go" or "auto".',
  },
} as const satisfies Definition<Record<string, Input<string>>, Record<string, string>>
