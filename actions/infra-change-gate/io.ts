import type { Definition } from '../../shared/action/action.js'
import { choice, type Input, secret, text } from '../../shared/action/inputs.js'

export const definition = {
  name: 'infra-change-gate',
  description: 'Decides whether a pull request of the deploy repo may be merged, and reports it as one required check',
  inputs: {
    about: choice(
      {
        description:
          'What to look at: `pull-request` (may it be merged?), `holds` (were they closed only by operators?), `commit` (the comment `/accept <commit>` that started the run), `bumps` (every open bump, where the policy lets the App merge them now), `again` (which checks are not right any more?), `stage` (start the rehearsal that an operator asked for), `setup` (is what Lockstep relies on in force?), `outside` (a change that is made outside the repo; by its schedule, what is watched in the day after a dangerous change), `cluster` (how is the cluster that such a change is about?), or `watched` (what was seen of a cluster in the day after a merged one).',
        default: 'pull-request',
      },
      ['pull-request', 'holds', 'commit', 'bumps', 'again', 'stage', 'setup', 'outside', 'cluster', 'watched'],
    ),
    token: secret({
      description:
        'Token of the gate App on the deploy repo (checks: write, contents: read, pull-requests: write; to merge, contents: write; see Permissions).',
      required: true,
    }),
    'upstream-token': secret({
      description:
        "Token that may read the upstream repositories; for a private one with actions, checks, contents, pull-requests and statuses: read. Default: the job's own, which reads public ones.",
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
    rendered: text({
      description:
        'Output `rendered` of helm-deploy for this pull request: what comes out of it. In a second job, after `render`.',
    }),
    'render-result': text({
      description:
        'How the job that rendered ended, also where it failed: `needs.<job>.result`. Empty in the first job.',
    }),
    'dry-run-result': text({
      description:
        'How the jobs that asked the clusters ended: `needs.<job>.result`. Only after an operator said `/dry-run`.',
    }),
    stage: text({
      description:
        'With `about: stage`: output `stage` of the job that heard the word. The token needs `actions: write`.',
    }),
    commit: text({ description: 'Output `head` of the first job: what `dry-run-result` is about.' }),
    change: text({ description: 'With `about: outside`: the form as JSON, to ask for a change: `toJSON(inputs)`.' }),
    order: text({
      description:
        'With `about: cluster`, and with `about: outside` after it: output `order` of the first job. With `about: watched`: the part of the cluster of its output `orders`.',
    }),
    kubeconfig: secret(
      {
        description:
          "With `about: cluster`: content of a kubeconfig file, the secret KUBECONFIG of the cluster's environment.",
      },
      'kubeconfig',
    ),
    seen: text({
      description:
        'With `about: outside`: output `seen` of the job that looked; with `about: watched`: output `encoded-result` (or `result`) of its smoke-test. Empty where it could not.',
    }),
    'inspect-result': text({
      description:
        'With `seen`: how the job that looked ended, `needs.<job>.result`. What it saw may be lost although it succeeded.',
    }),
  },
  outputs: {
    conclusion: 'What the check says: success or failure; empty for a pull request that is closed.',
    component: 'The component that is bumped, if it is a pure bump.',
    from: 'Its version before.',
    to: 'Its version after.',
    head: 'The commit that was judged.',
    render: '"true" where it has to be rendered, and judged once more with what comes out.',
    'dry-run':
      'JSON list of the clusters, as `{cluster, optional, kubernetes}`, that an operator wants asked by `/dry-run`; else empty. `kubernetes` only where the change takes it to another version.',
    stage: 'JSON of what an operator wants staged by `/stage`: `{pull, head, digest}`; else empty.',
    order: 'With `about: outside`: what the job with the cluster key is asked, as JSON; empty where nothing.',
    cluster: 'With `about: outside`: which cluster that is.',
    watched:
      'With `about: outside`, by its schedule: JSON list of the clusters that are looked at after a merged dangerous change; empty where none is.',
    orders: 'With it, for each of these by its name: which change, and what is deployed there, as JSON.',
    seen: 'With `about: cluster`: what it saw, for the input `seen` in another job.',
    merged: 'Whether the App merged it: "true" or "false". Only where the policy says "merge.bump: go" or "auto".',
  },
  encoded: ['seen'],
} as const satisfies Definition<Record<string, Input<string>>, Record<string, string>>
