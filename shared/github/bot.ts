import { UserError } from '../foundation/errors.js'

/** A user as REST shows it: `user` of an issue or comment, `creator` of a Deployment or of its status. */
type RestUser = { id: number; type: string; login: string } | null | undefined

/**
 * Whether a user is the bot of the App that the policy names. Its number and its type are what nobody else can have, and what stays
 * when the App is renamed. On GitHub `performed_via_github_app` is null on issues, Deployments and statuses that an App made (I1 to
 * I3), so its absence says nothing; where a person acted through the App, the user is that person.
 *
 * @param bot numeric user id of the App's bot, as the policy has it
 */
export const isBot = (user: { id: number; type: string } | null | undefined, bot: number): boolean =>
  user?.type === 'Bot' && user.id === bot

/** The same of what has a `user`: an issue, a comment. */
export const isByBot = ({ user }: { user?: RestUser }, bot: number): boolean => isBot(user, bot)

/**
 * Whether something is by whom a token stands for that is no App's own. Of a job's token it is open whether GraphQL calls it as REST
 * calls who wrote with it (I14): GitHub's own name for that is one that nobody else can have.
 *
 * @param viewer GraphQL's `viewer.login`
 */
export const isByToken =
  (viewer: string) =>
  ({ user }: { user?: RestUser }): boolean =>
    user?.login === viewer || (user?.type === 'Bot' && user.login === jobsBot)

/** As which every job acts that has no other token than its own. */
const jobsBot = 'github-actions[bot]'

/**
 * Makes sure that what was just written is the gate App's own, as everything will read it back: with a wrong number in the policy
 * nothing that the App writes would ever be believed.
 *
 * @param writer as GitHub's answer names it
 * @param bot `apps.gate.bot` of the policy
 * @throws UserError `misconfigured` that says the number
 */
export function checkWriter(writer: RestUser, bot: number): void {
  if (!writer || isBot(writer, bot)) return
  const { id, login, type } = writer
  // The job's own token acts as a bot that every workflow of every repository has.
  const couldBe = type === 'Bot' && login !== jobsBot
  const mend = couldBe ? `If that is the gate App, write \`bot: ${id}\` in the policy. Otherwise pass` : 'Pass'
  throw new UserError(
    'misconfigured',
    `apps.gate.bot is ${bot}, but this token writes as ${id} (${login})${couldBe ? `: write \`bot: ${id}\`` : ''}.`,
    { fix: `${mend} a token of the gate App to this job. Lockstep ignores what this token writes.` },
  )
}
