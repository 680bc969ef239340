import { UserError } from '../../shared/action/errors.js'
import type { Workspace } from '../../shared/action/workspace.js'
import type { World } from '../../shared/action/world.js'
import type { GitHub } from '../../shared/github/client.js'
import { type Cluster, type Policy, policyFile, type Release } from '../../shared/policy/policy.js'

/** What every mode is given. */
export interface Context {
  policy: Policy
  workspace: Workspace
  /** Reads this repository; in mode `record` it is the gate App. */
  github: GitHub
  world: World
  release: Release
}

export const releaseName = (release: Release, cluster: Cluster): string =>
  release.releaseName.replaceAll('{cluster}', cluster.name)

export const namespaceOf = (release: Release, cluster: Cluster): string =>
  release.namespace.replaceAll('{cluster}', cluster.name)

/** @throws UserError `policy-invalid` for what this version does not do yet: it must not be skipped in silence. */
export function theRelease(policy: Policy): Release {
  const [release, second] = policy.releases
  const refuse = (message: string, fix: string): UserError =>
    new UserError('policy-invalid', message, { fix, at: { file: policyFile } })
  if (!release) throw refuse('The policy names no release.', 'Add one under "releases".')
  if (second) {
    throw refuse(
      'Several releases on one cluster are not supported yet.',
      `Keep one under "releases", or make "${second.name}" a dependency of the chart of "${release.name}".`,
    )
  }
  if (release.crds === 'replace') {
    throw refuse(
      '"crds: replace" is not supported yet.',
      'Write "crds: skip" and apply the CRDs by hand, or "crds: create".',
    )
  }
  return release
}
