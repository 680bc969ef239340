import { type LockEntry, lockWith } from '../../shared/bump/lock.js'
import { lockFile } from '../../shared/policy/policy.js'
import { type Files, filesBelow, fill } from './files.js'
import { chartsUrl, registryAddress } from './names.js'

export interface FirstVersions {
  hub: LockEntry
  builder: LockEntry
}

/** The deploy repo's first commit: its own files, the workflow examples as they stand, and the lock file. */
export async function deployRepoFiles(first: FirstVersions): Promise<Files> {
  const own = fill(await filesBelow('rehearsal/world/deploy'), ['service/Chart.yaml', 'service/values.yaml'], {
    'hub version': first.hub.version,
    'charts url': chartsUrl,
    'builder image': `${registryAddress}/builder:${first.builder.version}`,
  })
  const lock = [first.hub, first.builder].reduce<string | undefined>((text, entry) => lockWith(text, entry), undefined)
  return { ...own, ...(await filesBelow('workflows-examples/deploy-repo')), [lockFile]: lock ?? '' }
}
