import { accountOf, findAccount } from './accounts.js'
import type { GitPerson } from './git-commits.js'
import type { Account, Caller } from './identities.js'
import type { State } from './state.js'

/** An account as git knows it, by its no-reply address. */
export const personOf = (account: Account, date: string): GitPerson => ({
  name: account.login,
  email: `${account.id}+${account.login}@users.noreply.github.com`,
  date,
})

/** Who GitHub names as the committer of what it commits itself. */
export const webFlow = (date: string): GitPerson => ({ name: 'GitHub', email: 'noreply@github.com', date })

/** The account that makes a change; where nobody is signed in, GitHub's ghost. */
export const actorOf = (state: State, caller: Caller): Account =>
  accountOf(caller) ?? findAccount(state, 'ghost') ?? { login: 'ghost', id: 10137, type: 'User' }
