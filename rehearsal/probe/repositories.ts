import { randomBytes } from 'node:crypto'
import type { GitHub, RepoRef } from '../../shared/github/client.js'

/** By these two together a repository is known to be a probe's own: nothing else is ever deleted. */
const ownName = /^lockstep-probe-[0-9a-f]{12}$/
const description = 'Throwaway repository of the probe of Lockstep; safe to delete.'

export interface Owner {
  login: string
  kind: 'Organization' | 'User'
}

/** What GitHub tells of a repository, as far as it decides whether it is a probe's. */
export interface Seen {
  name: string
  description: string | null
  owner: { login: string }
}

export const newName = (): string => `lockstep-probe-${randomBytes(6).toString('hex')}`

/** Whether this repository was made by a probe, this one or one before it. */
export const isOwn = (seen: Seen): boolean => ownName.test(seen.name) && seen.description === description

/** A repository of the owner's with a first commit on `main`. */
export async function makeRepository(user: GitHub, owner: Owner, name: string, isPrivate: boolean): Promise<void> {
  const wanted = { name, description, private: isPrivate, auto_init: true }
  if (owner.kind === 'User') await user.rest.repos.createForAuthenticatedUser(wanted)
  else await user.rest.repos.createInOrg({ org: owner.login, ...wanted })
}

/** Looks at it once more before it deletes it. One that is gone already is no error. */
export async function deleteRepository(user: GitHub, ref: RepoRef): Promise<boolean> {
  try {
    const { data } = await user.rest.repos.get({ ...ref })
    if (!isOwn(data)) return false
    await user.rest.repos.delete({ ...ref })
    return true
  } catch (error) {
    if ((error as { status?: number }).status === 404) return false
    throw error
  }
}

/** Deletes them one after the other, whatever becomes of each. Returns those that are still there. */
export async function deleteAll(user: GitHub, refs: RepoRef[], say: (line: string) => void): Promise<RepoRef[]> {
  const left: RepoRef[] = []
  for (const ref of refs) {
    const name = `${ref.owner}/${ref.repo}`
    try {
      if (await deleteRepository(user, ref)) say(`Deleted ${name}.`)
    } catch (error) {
      left.push(ref)
      say(`Could not delete ${name}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return left
}

/** All that probes left behind with the owner, and the forks of it that the person has. */
export async function leftBehind(user: GitHub, owner: Owner): Promise<RepoRef[]> {
  const persons = await user.paginate(user.rest.repos.listForAuthenticatedUser, { affiliation: 'owner', per_page: 100 })
  const orgs =
    owner.kind === 'User' ? [] : await user.paginate(user.rest.repos.listForOrg, { org: owner.login, per_page: 100 })
  return [...orgs, ...persons].filter(isOwn).map((one) => ({ owner: one.owner.login, repo: one.name }))
}
