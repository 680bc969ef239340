import type { GitHub } from '../../shared/github/client.js'
import type { Place } from './place.js'

/** Name of the check that the rulesets of the probe require. */
export const requiredCheck = 'probe / required'

interface Ruled {
  /** Whose check it must be; any source's unless said. */
  source?: number
  bypass?: { actor_id: number; actor_type: 'Integration' | 'RepositoryRole'; bypass_mode: 'always' }[]
  methods?: ('merge' | 'squash' | 'rebase')[]
}

/** A ruleset on the default branch that requires the check. */
export function makeRuleset({ ref, user }: Place, { source, bypass = [], methods }: Ruled) {
  const checks = {
    type: 'required_status_checks' as const,
    parameters: {
      strict_required_status_checks_policy: false,
      required_status_checks: [{ context: requiredCheck, ...(source !== undefined && { integration_id: source }) }],
    },
  }
  const pulls = {
    type: 'pull_request' as const,
    parameters: {
      required_approving_review_count: 0,
      dismiss_stale_reviews_on_push: false,
      require_code_owner_review: false,
      require_last_push_approval: false,
      required_review_thread_resolution: false,
      ...(methods && { allowed_merge_methods: methods }),
    },
  }
  return user.rest.repos.createRepoRuleset({
    ...ref,
    ...{ name: 'probe', target: 'branch', enforcement: 'active', bypass_actors: bypass },
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [checks, ...(methods ? [pulls] : [])],
  })
}

type Conclusion = 'success' | 'failure'

/** A completed check run of an App with the required name. Returns its number. */
export async function say({ ref }: Place, by: GitHub, head_sha: string, conclusion: Conclusion): Promise<number> {
  const { data } = await by.rest.checks.create({
    ...{ ...ref, name: requiredCheck, head_sha, conclusion },
    output: { title: conclusion, summary: conclusion },
  })
  return data.id
}

/** The place of this purpose with a ruleset that requires the App's own check, made with the first question. */
export function ruledBy(place: Place, source: number): Promise<unknown> {
  const known = ruled.get(place) ?? establish(place, source)
  ruled.set(place, known)
  return known
}
const ruled = new WeakMap<Place, Promise<unknown>>()

/** C2: the App must have reported a check before. */
async function establish(place: Place, source: number): Promise<void> {
  await say(place, place.app, await place.tip(), 'success')
  await makeRuleset(place, { source })
}
