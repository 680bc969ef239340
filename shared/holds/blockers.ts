import { UserError } from '../action/errors.js'
import type { Reason } from '../action/result.js'
import { commitIn } from '../bump/component-commit.js'
import { type GitHub, repoRef } from '../github/client.js'
import { compare } from '../github/compare.js'
import { hasStatus } from '../github/errors.js'
import type { Policy } from '../policy/policy.js'
import { type Hold, holdLabel, readHold } from './holds.js'

/** An open issue that forbids deploying. */
export interface Blocker {
  kind: 'held' | 'frozen'
  number: number
  title: string
  url: string
  /** What a hold is about; undefined where that cannot be read or believed, and then it forbids every version. */
  hold?: Hold | undefined
}

const labels = { held: holdLabel, frozen: 'deploy-freeze' } as const

/** Every open hold and freeze, whoever opened it: what cannot be judged yet blocks. Freezes first. */
export async function readBlockers(github: GitHub, repo: string, policy: Policy): Promise<Blocker[]> {
  const lists = (['frozen', 'held'] as const).map(async (kind) => {
    const issues = await github.paginate(github.rest.issues.listForRepo, {
      ...repoRef(repo),
      state: 'open',
      labels: labels[kind],
      per_page: 100,
    })
    return issues.map((issue): Blocker => {
      const { number, title, html_url: url } = issue
      const believed = issue.performed_via_github_app?.id === policy.apps.gate || isOperator(policy, issue.user?.login)
      return { kind, number, title, url, hold: kind === 'held' && believed ? readHold(issue.body) : undefined }
    })
  })
  return (await Promise.all(lists)).flat()
}

/** Members of a team cannot be told apart with a job's own token: their holds forbid every version. */
const isOperator = ({ operators }: Policy, login: string | undefined): boolean =>
  'logins' in operators && operators.logins.some((one) => one.toLowerCase() === login?.toLowerCase())

/**
 * Those of the blockers that forbid these versions: a hold counts where the version contains its bad commit, or where
 * that cannot be found out.
 *
 * @param versions version (of an image: the tag) by component
 */
export async function forbidding(
  blockers: Blocker[],
  versions: Record<string, string>,
  policy: Policy,
  upstream: GitHub,
): Promise<Blocker[]> {
  const judged = await Promise.all(
    blockers.map(async (blocker) =>
      blocker.hold && !(await contains(blocker.hold, versions, policy, upstream)) ? [] : [blocker],
    ),
  )
  return judged.flat()
}

async function contains(
  hold: Hold,
  versions: Record<string, string>,
  policy: Policy,
  upstream: GitHub,
): Promise<boolean> {
  const component = policy.components.find(({ name }) => name === hold.component)
  if (!component) return true
  const version = versions[hold.component]
  if (version === undefined) return false
  try {
    const commit = await commitIn(upstream, component, version)
    const { status } = await compare(upstream, component.upstream, hold.commit, commit)
    return status === 'ahead' || status === 'identical'
  } catch (error) {
    // A commit that upstream does not know, or does not show: what is not known is held.
    if (hasStatus(error, 404, 422) || (error instanceof UserError && error.reason === 'policy-invalid')) return true
    throw error
  }
}

/** A blocker as the refusal that people read. */
export function refusalOf(blocker: Pick<Blocker, 'kind' | 'number' | 'title' | 'url'>): UserError {
  const [what, mend] = words[blocker.kind]
  return new UserError(
    blocker.kind satisfies Reason,
    `${what}: #${blocker.number} ${JSON.stringify(blocker.title)} (${blocker.url}).`,
    { fix: `${mend}, then run this job again.` },
  )
}

const words = {
  frozen: ['A freeze is in force', 'Close it when deploying is safe again'],
  held: ['A hold forbids deploying', 'An operator closes it when upstream is fixed or reverted'],
} as const
