import { UserError } from '../foundation/errors.js'
import { type GitHub, repoRef } from '../github/client.js'
import { hasStatus } from '../github/errors.js'
import type { Component } from '../policy/policy.js'
import { matchVersion } from '../policy/version-template.js'

/**
 * The upstream commit that a component's version was made from: its first digits where they are in the version (7 to 40,
 * nobody has looked yet whether upstream has it), all 40 where a git tag names it.
 *
 * @throws UserError `policy-invalid` where no version template of the component fits, or upstream has no such tag.
 */
export async function commitIn(upstream: GitHub, component: Component, version: string): Promise<string> {
  const match = matchVersion(component.versions, version)
  if (match?.commit !== undefined && !(await isNoCommit(upstream, component, match.commit))) return match.commit
  const tag = match?.tag ?? matchVersion(['{tag}'], version)?.tag
  const commit =
    tag !== undefined && takesTags(component) ? await taggedCommit(upstream, component.upstream, tag) : undefined
  if (commit !== undefined) return commit
  throw new UserError('policy-invalid', `Version "${version}" of ${component.name} ${reason(component, tag)}.`, {
    fix: `Add a template for it to "version" of ${component.name} in the policy, or use a version that matches one: ${component.versions.join(', ')}.`,
  })
}

/** Whether versions of the component may name a commit by its tag. */
export const takesTags = ({ versions }: Component): boolean => versions.some((template) => template.includes('{tag}'))

const reason = (component: Component, tag: string | undefined): string =>
  tag === undefined || !takesTags(component)
    ? 'contains no readable commit'
    : `matches no commit and no tag of ${component.upstream}`

/** `1.0.0-20260102` looks like a commit; one in thirty commits of 7 digits has no letter either. Upstream knows. */
async function isNoCommit(upstream: GitHub, component: Component, digits: string): Promise<boolean> {
  if (!takesTags(component) || !/^\d+$/.test(digits)) return false
  return (await commitAt(upstream, component.upstream, digits)) === undefined
}

/** The commit of the tag `name` or `v<name>`, 40 hex digits; undefined where there is neither. */
export const taggedCommit = async (upstream: GitHub, repo: string, name: string): Promise<string | undefined> =>
  (await commitAt(upstream, repo, `tags/${name}`)) ?? (await commitAt(upstream, repo, `tags/v${name}`))

async function commitAt(upstream: GitHub, repo: string, ref: string): Promise<string | undefined> {
  try {
    const { data } = await upstream.rest.repos.getCommit({ ...repoRef(repo), ref, per_page: 1 })
    return data.sha
  } catch (error) {
    if (hasStatus(error, 404, 422)) return undefined
    throw error
  }
}
