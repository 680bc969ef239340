/** What is said of each state. */
export const linkedPullRequestStates = {
  merged: 'is merged',
  green: 'is open, and its check is green',
  red: 'is open, and its check is not green',
  closed: 'was closed and not merged',
} as const

/** How a pull request is that a change outside the repo goes with. */
export type LinkedPullRequestState = keyof typeof linkedPullRequestStates
