import type { GitHub } from '../github/client.js'
import { hasStatus } from '../github/errors.js'
import type { Policy } from '../policy/policy.js'
import { escapeMarkdown, mentionLogin } from '../report/markdown.js'

/** `unknown` where the policy names a team that the token may not see. */
export type OperatorStanding = 'operator' | 'other' | 'unknown'

/**
 * Tells operators from others; a team is asked for once. Bots are never operators.
 *
 * A team's members are seen only with the organization permission `members: read`, which a job's own token cannot have.
 */
export function operatorsOf(
  github: GitHub,
  { operators }: Pick<Policy, 'operators'>,
): (login: string) => Promise<OperatorStanding> {
  let asked: Promise<Set<string> | undefined> | undefined
  return async (login) => {
    if (login === '' || login.endsWith('[bot]')) return 'other'
    asked ??= operatorLogins(github, { operators })
    const members = await asked
    if (!members) return 'unknown'
    return members.has(login.toLowerCase()) ? 'operator' : 'other'
  }
}

/** Their logins, in small letters; undefined where the policy names a team that the token may not see. */
export async function operatorLogins(
  github: GitHub,
  { operators }: Pick<Policy, 'operators'>,
): Promise<Set<string> | undefined> {
  return 'logins' in operators ? lowered(operators.logins) : membersOf(github, operators.team)
}

/** For people: who they are. */
export const showOperators = ({ operators }: Pick<Policy, 'operators'>): string =>
  'team' in operators ? `the team ${operators.team}` : operators.logins.join(', ')

/** A team as `org/slug`, where GitHub takes it as one. */
const team = /^[\w-]+\/[\w-]+$/

/** Mentions of all of them. */
export const mentionOperators = ({ operators }: Pick<Policy, 'operators'>): string =>
  'logins' in operators
    ? operators.logins.map(mentionLogin).join(', ')
    : team.test(operators.team)
      ? `@${operators.team}`
      : escapeMarkdown(operators.team)

const lowered = (logins: string[]): Set<string> => new Set(logins.map((login) => login.toLowerCase()))

async function membersOf(github: GitHub, team: string): Promise<Set<string> | undefined> {
  const [org = '', team_slug = ''] = team.split('/')
  try {
    const members = await github.paginate(github.rest.teams.listMembersInOrg, { org, team_slug, per_page: 100 })
    return lowered(members.map(({ login }) => login))
  } catch (error) {
    if (hasStatus(error, 403, 404)) return undefined
    throw error
  }
}
