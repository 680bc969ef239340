import { commitIn } from '../bump/component-commit.js'
import { showOperators } from '../duty/operators.js'
import { UserError } from '../foundation/errors.js'
import type { Reason } from '../foundation/result.js'
import type { GitHub } from '../github/client.js'
import { compareCommits } from '../github/compare.js'
import { hasStatus } from '../github/errors.js'
import type { Policy } from '../policy/policy.js'
import { type BlockedVersion, readBlockedVersion } from './blocked-versions.js'
import { type BlockerKind, readBlockerIssues } from './guarded-issues.js'
import { judgeIntegrity } from './issue-integrity.js'

/** An issue that forbids deploying. */
export interface Blocker {
  kind: BlockerKind
  number: number
  title: string
  url: string
  /** What a hold is about; undefined where that cannot be read or believed, and then it forbids every version. */
  hold?: BlockedVersion | undefined
  /** Who had a hand in it that may not, and what follows from that. */
  doubt?: string | undefined
}

/** Every hold and freeze that stands, freezes first. */
export async function readBlockers(github: GitHub, repo: string, policy: Policy): Promise<Blocker[]> {
  const operators = showOperators(policy)
  return (await readBlockerIssues(github, repo, policy)).flatMap(({ kind, number, title, url, body, hands }) => {
    const { stands, believed, doubt } = judgeIntegrity(hands, operators)
    if (!stands) return []
    return [
      {
        kind,
        number,
        title,
        url,
        doubt,
        hold: kind === 'version-blocked' && believed ? readBlockedVersion(body) : undefined,
      },
    ]
  })
}

/**
 * Those of the blockers that forbid these versions: a hold counts where the version contains its bad commit, or where
 * that cannot be found out.
 *
 * @param versions version (of an image: the tag) by component
 */
export async function forbiddingBlockers(
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
  hold: BlockedVersion,
  versions: Record<string, string>,
  policy: Policy,
  upstream: GitHub,
): Promise<boolean> {
  const component = policy.components.find(({ name }) => name === hold.component)
  if (!component) return true
  const version = versions[hold.component]
  if (version === undefined) return false
  try {
    const bad = hold.commit ?? (await commitIn(upstream, component, hold.version))
    const { status } = await compareCommits(
      upstream,
      component.upstream,
      bad,
      await commitIn(upstream, component, version),
    )
    return status === 'ahead' || status === 'identical'
  } catch (error) {
    // A commit that upstream does not know, or does not show: what is not known is held.
    if (hasStatus(error, 404, 422) || (error instanceof UserError && error.reason === 'policy-invalid')) return true
    throw error
  }
}

/** A blocker as the refusal that people read. */
export function refusalOf({ kind, number, title, url, doubt }: Omit<Blocker, 'hold'>): UserError {
  const [what, mend] = words[kind]
  const why = doubt === undefined ? '' : ` ${doubt}`
  return new UserError(kind satisfies Reason, `${what}: #${number} ${JSON.stringify(title)} (${url}).${why}`, {
    fix: `${doubt === undefined ? mend : doubted}, then run this job again.`,
  })
}

const words = {
  'deploy-freeze': ['A deploy freeze is in force', 'An operator closes it when deploying is safe again'],
  'version-blocked': ['A version is blocked', 'An operator closes that issue when upstream is fixed or reverted'],
} as const

const doubted =
  'An operator checks it: if it is resolved, they close it (reopen it first if it is closed); otherwise they edit its text, which confirms it'
