import { MissingPermission, UserError } from '../foundation/errors.js'
import { coversPermission, type Permissions, showPermissions } from '../foundation/permissions.js'
import { appJwt } from './app-jwt.js'
import { type GitHub, repoRef } from './client.js'
import { hasStatus } from './errors.js'
import type { Token } from './token.js'

/** A GitHub App, as a workflow passes it on. */
export interface AppKey {
  id: string
  /** PEM, as GitHub gives it. */
  key: string
}

/**
 * As an App itself, not as one of its installations: the token for requests about the App, a new one for each.
 *
 * The request throws UserError `input-invalid` where the key is none.
 */
export const appItself =
  ({ id, key }: AppKey): Token =>
  async () =>
    appJwt(id, key, new Date())

/**
 * A token of an App for one repository, with these permissions and no others.
 *
 * @param itself a client with `appItself`.
 * @param optional further permissions, where the App has them.
 * @returns undefined where the App is not installed there.
 * @throws MissingPermission naming what the App lacks there.
 */
export async function mintToken(
  itself: GitHub,
  repo: string,
  permissions: Permissions,
  optional: Permissions = {},
): Promise<string | undefined> {
  const installation = await installationOn(itself, repo)
  if (!installation) return undefined
  const has = installation.permissions as Record<string, string>
  const lacks = Object.entries(permissions).filter(([name, level]) => !coversPermission(has[name], level))
  if (lacks.length > 0) throw new MissingPermission(showPermissions(lacks), `be made for ${repo}`)
  const further = Object.entries(optional).filter(([name, level]) => coversPermission(has[name], level))
  const { data } = await itself.rest.apps.createInstallationAccessToken({
    installation_id: installation.id,
    repositories: [repoRef(repo).repo],
    permissions: { ...permissions, ...Object.fromEntries(further) },
  })
  return data.token
}

async function installationOn(itself: GitHub, repo: string): Promise<{ id: number; permissions: object } | undefined> {
  try {
    const { data } = await itself.rest.apps.getRepoInstallation({ ...repoRef(repo) })
    if (data.suspended_at === null) return data
    throw new UserError('missing-permission', `The GitHub App is suspended on ${repo}.`, {
      fix: `An owner of ${repoRef(repo).owner} lifts that: ${data.html_url}`,
    })
  } catch (error) {
    if (hasStatus(error, 404)) return undefined
    if (!hasStatus(error, 401)) throw error
    throw new UserError('missing-permission', 'GitHub does not accept the private key as one of that App.', {
      fix: 'Compare "app-id" with the id on the page of the App, and put a key into the secret that its owner has made there.',
      cause: error,
    })
  }
}
