/**
 * How this GitHub answers where nobody knows how the real one does: rows of docs/github-assumptions.md that are OPEN, or of
 * which both answers were seen. The first value of each is what is believed.
 */
export interface OpenRows {
  /** I9: whether labels that an issue is opened with are events of its timeline. */
  labelsAtCreation: 'events' | 'silent'
  /** I10: what sets the `editor` of an issue: changes of its text alone, or of its title and labels as well. */
  issueEditor: 'text' | 'anything'
  /** I11: what moves `updated_at` of a comment: changes of its text alone, or reactions as well. */
  commentUpdates: 'text' | 'anything'
  /** I14: how GraphQL's `viewer` calls a job's token: as REST calls who wrote with it, or without the end of its login. */
  jobsViewer: 'bot' | 'slug'
  /** D1: whether a Deployment can be made for a commit that only a fork's pull request has. */
  deploymentsOfForks: boolean
  /** D17: whether a job's token sees the Deployments of other public repositories over GraphQL. */
  jobsSeeOthersDeployments: boolean
  /** D18: whether a Deployment's statuses are listed newest first. */
  newestStatusFirst: boolean
  /** D19: whether a Deployment's first status may be `inactive`; refused with 422 where not. */
  inactiveFirst: boolean
  /** C4: what changing a completed check run to another conclusion does. `stays`: all but the conclusion is changed. */
  completedCheck: 'changes' | 'stays' | 'refused'
  /** C26: what a ruleset shows in place of a bypass list that the caller may not see. */
  hiddenBypassList: 'absent' | 'null'
  /** C27: what `current_user_can_bypass` tells an App: about itself, nothing, or `never` whatever is true. */
  bypassToldToApps: 'own' | 'absent' | 'never'
  /** C28: how a required check from any source says so. */
  anySource: 'absent' | 'null'
  /** C32: whether `protection.enabled` of a branch is true where only a ruleset protects it. */
  rulesetsShownAsProtection: boolean
  /** C34: to whom REST shows a repository's ways of merging. */
  mergeSettingsFor: 'writers' | 'readers'
  /** P8: what a job's token is told over GraphQL of other public repositories. */
  othersByGraphQL: 'all' | 'forbidden' | 'not-found'
  /** L10: how many objects one GraphQL request may ask for. */
  objectsPerQuery: number
  /** L17: what a refusal by a limit is over REST. */
  limitStatus: 403 | 429
  /** L17: the type of GraphQL's error where the hour's points are used up. */
  graphqlLimit: 'RATE_LIMITED' | 'RATE_LIMIT'
}

export const believedRows = (): OpenRows => ({
  labelsAtCreation: 'events',
  issueEditor: 'text',
  commentUpdates: 'text',
  jobsViewer: 'bot',
  deploymentsOfForks: true,
  jobsSeeOthersDeployments: true,
  newestStatusFirst: true,
  inactiveFirst: true,
  completedCheck: 'changes',
  hiddenBypassList: 'absent',
  bypassToldToApps: 'own',
  anySource: 'absent',
  rulesetsShownAsProtection: false,
  mergeSettingsFor: 'writers',
  othersByGraphQL: 'all',
  objectsPerQuery: Number.POSITIVE_INFINITY,
  limitStatus: 403,
  graphqlLimit: 'RATE_LIMIT',
})
