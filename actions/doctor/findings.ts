/** What a finding is. */
export interface Finding {
  /** `wrong` makes the doctor's run red; a `warning` is told, and fails nothing. */
  severity: 'wrong' | 'warning'
  /** What is not in force, and what that does: one sentence or two. */
  means: string
  /** What to do in general; the run itself says it with the names of the place. */
  mend: string
}

/** Everything that the doctor can find, by an id that stays. The table in docs/protection.md is made from it. */
export const doctorFindings = {
  'gate-not-required': {
    severity: 'wrong',
    means: 'No active ruleset requires `lockstep / gate` on the default branch: anything can be merged.',
    mend: 'Create the ruleset of step 8 of adopting, or set it to Active.',
  },
  'gate-from-any-source': {
    severity: 'wrong',
    means: "The gate's check is required, but not from the gate App: a pull request's own workflow can make it green.",
    mend: 'Require it with the gate App as its source.',
  },
  'direct-pushes': {
    severity: 'wrong',
    means: 'A commit can be pushed to the default branch without a pull request.',
    mend: 'Tick "Require a pull request before merging" in the ruleset.',
  },
  'approvals-required': {
    severity: 'wrong',
    means: 'A ruleset requires approvals on every pull request: pure bumps get none, and wait forever.',
    mend: 'Set the approvals to 0, and untick the review of code owners.',
  },
  'classic-approvals': {
    severity: 'wrong',
    means: 'Classic branch protection requires approvals: pure bumps wait forever.',
    mend: 'Untick that in Settings, Branches, or delete the rule.',
  },
  'branch-not-kept': {
    severity: 'wrong',
    means: 'The default branch can be deleted or rewritten.',
    mend: 'Tick "Restrict deletions" and "Block force pushes" in the ruleset.',
  },
  'merge-queue': {
    severity: 'wrong',
    means: "A merge queue is required: its runs must never get the gate's key, so the required check never runs.",
    mend: 'Untick "Require merge queue".',
  },
  'no-merge-method': {
    severity: 'wrong',
    means: 'Settings and rulesets together allow no merge method: neither a bump nor a revert can be merged.',
    mend: 'Allow merge commits, or squashing, in the settings and in every ruleset.',
  },
  'only-rebase': {
    severity: 'warning',
    means:
      'Rebasing is the only merge method: several commits merged that way look like direct pushes, which are not deployed.',
    mend: 'Allow merge commits or squashing as well.',
  },
  'auto-merge-off': {
    severity: 'warning',
    means:
      'A workflow upstream requests auto-merge for bumps, but this repository does not allow it, or not with that merge method: they stay open.',
    mend: 'Tick "Allow auto-merge" and that merge method in Settings, General, or remove `auto-merge` from that workflow.',
  },
  'app-bypasses': {
    severity: 'wrong',
    means: 'An App is on the bypass list: anybody with its key can merge anything.',
    mend: 'Empty the bypass list.',
  },
  'somebody-bypasses': {
    severity: 'wrong',
    means: 'Somebody is on the bypass list: they can merge without the gate.',
    mend: 'Empty the bypass list.',
  },
  'environment-missing': {
    severity: 'wrong',
    means: 'An environment does not exist: GitHub creates it, open to every branch, as soon as a job names it.',
    mend: 'Create it as in step 4 of adopting.',
  },
  'environment-open': {
    severity: 'wrong',
    means:
      'An environment admits more than the default branch: anybody who can push such a branch can read its keys. Or it admits nothing.',
    mend: 'Select only the default branch under "Selected branches and tags".',
  },
  'exposed-secrets': {
    severity: 'wrong',
    means: 'A key is a secret of the repository or organisation: any pushed branch can read it.',
    mend: 'Delete that secret and create a new key: this one was exposed.',
  },
  'jobs-may-write': {
    severity: 'wrong',
    means: 'A workflow without `permissions` may write everything.',
    mend: 'Choose read permissions in Settings, Actions, General, Workflow permissions.',
  },
  'app-not-installed': {
    severity: 'wrong',
    means: 'An App is not installed on a repository where it is needed.',
    mend: "Add the repository in the App's settings, Install App.",
  },
  'app-key-refused': {
    severity: 'wrong',
    means: 'A key does not belong to the App that the policy names.',
    mend: "Correct the App's id in the policy, or the secret.",
  },
  'app-suspended': {
    severity: 'wrong',
    means: "An App's installation is suspended: it can do nothing.",
    mend: 'An owner presses "Unsuspend" on the page of the installation.',
  },
  'app-lacks-permission': {
    severity: 'wrong',
    means: 'An App does not request a permission that Lockstep needs.',
    mend: "Add it in the App's settings, Permissions & events; then an owner accepts it.",
  },
  'permission-not-accepted': {
    severity: 'wrong',
    means: 'An App requests a permission that it needs, but no owner has accepted it yet.',
    mend: 'An owner opens the page of the installation, "Review request", and accepts.',
  },
  'app-may-too-much': {
    severity: 'wrong',
    means: 'An App has more permissions than it needs: so has anybody with its key.',
    mend: "Remove them in the App's settings.",
  },
  'app-asks-too-much': {
    severity: 'warning',
    means: 'An App requests a permission that it does not need. Nobody has accepted it yet.',
    mend: "Remove it in the App's settings; do not accept it.",
  },
  'device-flow-on': {
    severity: 'wrong',
    means:
      'Anybody can ask people to sign in to an App from a device, and then act as them through the App, with its permissions. Lockstep does not need this.',
    mend: 'Untick "Enable Device Flow" in the App\'s settings, General.',
  },
  'bump-app-not-upstream': {
    severity: 'warning',
    means:
      'With `revert: pr` the bump App is not installed upstream: the checks of a revert wait until somebody approves their runs.',
    mend: 'Install the bump App on that repository as well.',
  },
  'bot-number-wrong': {
    severity: 'wrong',
    means: "The policy has a wrong id of an App's bot: Lockstep ignores everything that the App writes.",
    mend: 'Add the line that the run shows to the policy.',
  },
  'workflow-missing': {
    severity: 'wrong',
    means: 'A workflow of the example is missing.',
    mend: 'Copy it from workflows-examples/deploy-repo.',
  },
  'workflow-off': {
    severity: 'wrong',
    means: 'A workflow is disabled: by somebody, or by GitHub after 60 days without a commit.',
    mend: 'Actions, the page of the workflow, "Enable workflow".',
  },
  'schedule-silent': {
    severity: 'warning',
    means: 'A scheduled workflow is enabled, but its schedule has not started it for a long time.',
    mend: 'Start it by hand. If that does not help, disable and enable it: GitHub then resumes its schedule.',
  },
  'deploys-not-queued': {
    severity: 'wrong',
    means: 'A workflow that deploys does not wait for other deploys, or is dropped while it waits.',
    mend: 'Set the `concurrency` of the example.',
  },
  'no-code-owners': {
    severity: 'wrong',
    means: 'GitHub asks nobody to review changes of the policy or the workflows.',
    mend: 'Name the operators in .github/CODEOWNERS.',
  },
  'too-few-operators': {
    severity: 'wrong',
    means: 'There are fewer than two operators, but some changes need approvals from two.',
    mend: 'Add people to `operators`, or to the team.',
  },
  'label-missing': {
    severity: 'wrong',
    means: 'The label is missing that operators need to block a version or open a deploy freeze by hand.',
    mend: 'Create the label: the run shows the command.',
  },
  'queue-not-required': {
    severity: 'wrong',
    means:
      'Upstream does not require `lockstep / queue` from any source: undeployed changes pile up there, or pull requests wait forever.',
    mend: 'Create the ruleset of step 9 of adopting.',
  },
  'upstream-workflow-missing': {
    severity: 'warning',
    means: 'No workflow upstream uses one of the actions that belong there.',
    mend: 'Copy the file from workflows-examples/upstream-repo.',
  },
  'upstream-workflow-off': {
    severity: 'wrong',
    means: 'A workflow of Lockstep upstream is disabled.',
    mend: 'Enable it there: Actions, the page of the workflow.',
  },
  'upstream-schedule-silent': {
    severity: 'warning',
    means: "The schedule of one of Lockstep's workflows upstream has not started it for a long time.",
    mend: 'The same as for the deploy repo, there.',
  },
  'gate-bot-unknown-upstream': {
    severity: 'wrong',
    means:
      'With `revert: pr` the variable LOCKSTEP_GATE_BOT_ID upstream is missing or wrong: the issue that requests a revert starts nothing.',
    mend: 'Set it to `apps.gate.bot` of the policy: the run shows the command.',
  },
} as const satisfies Record<string, Finding>

export type FindingId = keyof typeof doctorFindings
