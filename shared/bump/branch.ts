/** The branches of bumps in the deploy repo: what is made, found and merged by them. */
export const bumpBranches = 'lockstep/bump/'

/** The branch of a component's bump. */
export const bumpBranch = (component: string): string => `${bumpBranches}${component}`
