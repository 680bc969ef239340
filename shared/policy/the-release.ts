import { UserError } from '../action/errors.js'
import { type Cluster, type Policy, policyFile, type Release } from './policy.js'

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
  return release
}
