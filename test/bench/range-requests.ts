import { askRange, mergeBump } from '../fixtures/commit-range.js'
import { startDeployRepo } from '../fixtures/deploy-repo.js'
import { type Bench, below, type Figure } from './figure.js'

const name = 'range-requests'
const ranges = [1, 10, 40, 250]

/**
 * What the range check asks GitHub for so many bumps on two clusters, and how long it takes for each. A job's token has 1,000
 * requests an hour and repository; by how many another one may read upstream is told beside it.
 */
export const rangeRequests: Bench = async () => {
  await using deployRepo = await startDeployRepo()
  await deployRepo.verified()
  const figures: Figure[] = []
  let merged = 0
  let first: number | undefined
  for (const commits of ranges) {
    for (; merged < commits; merged++) await mergeBump(deployRepo)
    const { facts, own, upstream, seconds } = await askRange(deployRepo)
    const pure = facts.commits.filter(({ proof }) => proof?.pure).length
    if (pure !== commits) throw new Error(`${pure} of ${commits} bumps are proven`)
    const each = seconds / commits
    first ??= each
    figures.push(
      below(name, `${commits} bumps: requests`, own, 'requests', 9 + 3 * commits + 1),
      below(name, `${commits} bumps: requests to upstream`, upstream, 'requests', 6 + 4 * commits),
      below(name, `${commits} bumps: time of each, of that of one alone`, each / first, 'times', 1.2),
    )
  }
  return figures
}
