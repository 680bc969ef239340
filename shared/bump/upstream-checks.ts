import { type CheckState, type CommitCheck, commitChecks } from '../github/checks.js'
import type { GitHub } from '../github/client.js'
import type { Component, Policy } from '../policy/policy.js'
import { type NotPure, notPure } from './not-pure.js'
import type { PureBump } from './proof.js'

/** Upstream's own checks are not green. */
export interface NotGreen extends NotPure {
  /** Whether they may still become so by themselves. */
  pending: boolean
}

/**
 * Upstream's word was its review and its checks. Undefined where these are green: on what was merged and, for what did not run
 * there again, on the pull request as it was when people merged it.
 *
 * Of several merges in one bump only the newest is asked: what is deployed is its tree, which has all of the others in it. That
 * an older one was red says nothing about that tree, and is how a mend looks.
 */
export async function upstreamChecks(
  upstream: GitHub,
  { components }: Pick<Policy, 'components'>,
  { component: name, merge }: PureBump,
): Promise<NotGreen | undefined> {
  const component = components.find((one) => one.name === name)
  if (!component) throw new Error('what was proven is in the policy')
  if (component.checks?.length === 0) return undefined
  const [merged, proposed] = await Promise.all([
    commitChecks(upstream, component.upstream, merge.commit),
    merge.head === merge.commit ? [] : commitChecks(upstream, component.upstream, merge.head),
  ])
  return judgeChecks(component, merge.commit, merged, proposed)
}

/** Pure. @param commit what was merged; its `merged` checks go before the `proposed` ones of the same name. */
export function judgeChecks(
  { name, upstream, checks: wanted }: Pick<Component, 'name' | 'upstream' | 'checks'>,
  commit: string,
  merged: readonly CommitCheck[],
  proposed: readonly CommitCheck[],
): NotGreen | undefined {
  const counts = (check: CommitCheck): boolean => wanted === undefined || wanted.some((one) => fits(one, check.name))
  const again = new Set(merged.map((check) => check.name))
  const all = [...merged, ...proposed.filter((check) => !again.has(check.name))].filter(counts)
  const of = (state: CheckState): string[] => [
    ...new Set(all.filter((check) => check.state === state).map((check) => check.name)),
  ]
  const about = `of ${upstream} for ${commit.slice(0, 7)}`

  const failed = of('failed')
  if (failed.length > 0) {
    const why = `These checks ${about} are not green: ${some(failed)}.`
    return miss(
      why,
      `Fix it upstream and bump to the fix, or re-run the check there and then this one. If it does not matter, an operator names the checks that do in the policy ("checks" of ${name}).`,
      false,
    )
  }
  const missing = (wanted ?? []).filter((one) => !all.some((check) => fits(one, check.name)))
  const pending = [...of('pending'), ...missing]
  if (pending.length > 0) {
    return miss(
      `These checks ${about} have not finished: ${some(pending)}.`,
      'Wait: this is checked again automatically.',
      true,
    )
  }
  if (all.length > 0) return undefined
  return miss(
    `There are no checks ${about}, so only a review says that it works.`,
    `If the upstream repository has no CI checks, an operator sets "checks: []" of ${name} in the policy.`,
    false,
  )
}

const miss = (why: string, fix: string, pending: boolean): NotGreen => ({
  ...notPure(why, fix, 'upstream-checks'),
  pending,
})

const some = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`

/** `*` is any text; everything else is itself, so that names such as "build (3.12)" need no quoting. */
function fits(pattern: string, name: string): boolean {
  const literal = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  return new RegExp(`^${literal.join('.*')}$`, 's').test(name)
}
