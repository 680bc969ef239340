import { commitIn } from '../../shared/bump/component-commit.js'
import { UserError } from '../../shared/foundation/errors.js'
import type { RunFacts } from '../../shared/foundation/run-facts.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { hasStatus } from '../../shared/github/errors.js'
import type { Component } from '../../shared/policy/policy.js'

/**
 * The upstream commit that is asked for, 40 hex digits: the one that a given version was made from, the given one, or the
 * run's own.
 *
 * @throws UserError `input-invalid` where both are given, or upstream does not have the version's commit.
 */
export async function requestedCommit(
  upstream: GitHub,
  component: Component,
  { commit, version }: { commit: string; version: string },
  run: RunFacts,
): Promise<string> {
  if (version === '') return commit || run.sha
  if (commit !== '') {
    throw new UserError('input-invalid', '"commit" and "version" are both given.', { fix: 'Remove one of them.' })
  }
  const ref = await commitIn(upstream, component, version)
  try {
    const { data } = await upstream.rest.repos.getCommit({ ...repoRef(component.upstream), ref, per_page: 1 })
    return data.sha
  } catch (error) {
    if (!hasStatus(error, 404, 422)) throw error
    throw new UserError(
      'input-invalid',
      `${component.upstream} has no commit ${ref}, which version "${version}" refers to.`,
      {
        fix: `Check "version", and "upstream" of ${component.name} in the policy.`,
        cause: error,
      },
    )
  }
}
