/** A command that people type in the first line of a new comment. */
export interface CommandHelp {
  usage: string
  /** What the comment is on. */
  where: string
  who: string
  does: string
}

/** Every command, by its name. A command means the same on pull requests and issues. */
export const allCommands = {
  '/merge': {
    usage: '/merge',
    where: "a bump's pull request",
    who: 'the person on duty; an operator',
    does: 'Asks the App to merge the bump as soon as its check is green.',
  },
  '/assign': {
    usage: '/assign @LOGIN, /assign',
    where: "a bump's pull request",
    who: 'the person on duty; an operator',
    does: 'Offers the duty to another person, who accepts it with `/assign`.',
  },
  '/ack': {
    usage: '/ack NUMBER ...',
    where: 'a pull request',
    who: 'an operator',
    does: 'Acknowledges the items of the checklist with these numbers, such as release notes.',
  },
  '/dry-run': {
    usage: '/dry-run',
    where: 'a pull request',
    who: 'an operator',
    does: 'Runs a dry-run of the change on every cluster.',
  },
  '/try-staging': {
    usage: '/try-staging',
    where: 'a pull request',
    who: 'an operator',
    does: 'Starts a staging trial: upgrade, roll back, upgrade again.',
  },
  '/approve': {
    usage: '/approve, /approve COMMIT',
    where: 'a change request; the issue about an unreviewed commit',
    who: 'an operator',
    does: 'Approves a change request, or a commit without a pull request, which cannot have a GitHub review.',
  },
  '/standby': {
    usage: '/standby',
    where: 'a pull request; a change request',
    who: 'an operator',
    does: 'Promises to be available in the first hour after a T3 change.',
  },
  '/start': {
    usage: '/start',
    where: 'a pull request; a change request',
    who: 'an operator',
    does: 'Starts a T2 or T3 change. The operator who types it stays available for 60 minutes.',
  },
  '/done': {
    usage: '/done',
    where: 'a change request',
    who: 'an operator',
    does: 'Says that the change was made. Lockstep then inspects the cluster.',
  },
  '/evidence': {
    usage: '/evidence backup ID TIME, /evidence KIND TEXT',
    where: 'a pull request (backup only); a change request',
    who: 'an operator',
    does: 'Records evidence that Lockstep cannot read itself, such as a backup.',
  },
  '/announced': {
    usage: '/announced LINK',
    where: 'a pull request',
    who: 'an operator',
    does: 'Records the link to the announcement of the downtime.',
  },
  '/hold': {
    usage: '/hold REASON',
    where: 'a pull request; a change request',
    who: 'an operator',
    does: 'Blocks the pull request or change until `/unhold`.',
  },
  '/unhold': {
    usage: '/unhold',
    where: 'a pull request; a change request',
    who: 'an operator',
    does: 'Ends the hold.',
  },
  '/break-glass': {
    usage: '/break-glass LINK REASON',
    where: 'a pull request',
    who: 'an operator',
    does: 'Skips the staging trial, the deploy windows and the second operator for two hours. Another operator reviews the change afterwards.',
  },
} as const satisfies Record<`/${string}`, CommandHelp>
