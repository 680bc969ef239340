/** A command that people write in the first line of a new comment. */
export interface CommandHelp {
  usage: string
  /** Under what the comment is. */
  where: string
  who: string
  does: string
}

/** Every command, by its name. One command means the same wherever it is written. */
export const allCommands = {
  '/merge': {
    usage: '/merge',
    where: "a bump's pull request",
    who: 'whoever is on duty; an operator',
    does: 'The App merges it, once it is green.',
  },
  '/assign': {
    usage: '/assign @LOGIN, /assign',
    where: "a bump's pull request",
    who: 'whoever is on duty; an operator',
    does: 'Hands the duty to somebody, who accepts it with `/assign`.',
  },
  '/ack': {
    usage: '/ack NUMBER ...',
    where: 'a pull request',
    who: 'an operator',
    does: 'Acknowledges numbered items of the checklist, such as release notes.',
  },
  '/dry-run': {
    usage: '/dry-run',
    where: 'a pull request',
    who: 'an operator',
    does: 'Asks every cluster whether it would take the change.',
  },
  '/try-staging': {
    usage: '/try-staging',
    where: 'a pull request',
    who: 'an operator',
    does: 'Starts a staging trial: there, back, and there again.',
  },
  '/approve': {
    usage: '/approve, /approve COMMIT',
    where: 'a change request; the issue about an unreviewed commit',
    who: 'an operator',
    does: 'Approves what has no review on GitHub.',
  },
  '/standby': {
    usage: '/standby',
    where: 'a pull request; a change request',
    who: 'an operator',
    does: 'Promises to be there in the first hour of a T3.',
  },
  '/start': {
    usage: '/start',
    where: 'a pull request; a change request',
    who: 'an operator',
    does: 'Begins a T2 or T3: whoever says it stays for 60 minutes.',
  },
  '/done': {
    usage: '/done',
    where: 'a change request',
    who: 'an operator',
    does: 'Says that the change was carried out: the cluster is inspected.',
  },
  '/evidence': {
    usage: '/evidence backup ID TIME, /evidence KIND TEXT',
    where: 'a pull request (backup only); a change request',
    who: 'an operator',
    does: 'Records a fact that no machine can see.',
  },
  '/announced': {
    usage: '/announced LINK',
    where: 'a pull request',
    who: 'an operator',
    does: 'Records where the downtime was announced.',
  },
  '/hold': {
    usage: '/hold REASON',
    where: 'a pull request; a change request',
    who: 'an operator',
    does: 'Keeps it red until `/unhold`.',
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
    does: 'Skips the staging trial, the windows and the second operator for two hours. Another operator reviews it afterwards.',
  },
} as const satisfies Record<`/${string}`, CommandHelp>
