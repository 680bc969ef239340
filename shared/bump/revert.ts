import { sha256 } from '../foundation/digest.js'
import type { GitObjects } from '../github/git-objects.js'
import type { TreeChange } from '../github/trees.js'
import { valuesFiles } from '../policy/cluster-values.js'
import { lockFile, type Policy } from '../policy/policy.js'
import { bumpPaths } from './files.js'
import { type NotPure, notPure, reviewInstead } from './not-pure.js'

/** The change from `base` to `head`, two commits of the deploy repo, held against what was verified. */
export interface RevertedChange {
  policy: Policy
  base: string
  head: string
  /** Commits that are verified on every cluster: the revert must bring the inputs of one of them. */
  verified: () => Promise<string[]>
  /** Of the deploy repo. */
  objects: GitObjects
}

export interface PureRevert {
  pure: true
  /** The commit whose inputs head has. */
  verified: string
  /** sha256 over what the revert changes. */
  inputDigest: string
}

/**
 * Whether the change takes every release input back to how it was at a verified commit, and touches nothing else: by the
 * trees alone. Who made it, and what title, branch, labels and text say, plays no part.
 */
export async function provePureRevert(change: RevertedChange): Promise<PureRevert | NotPure> {
  const { policy, base, head, objects } = change
  const changes = await objects.changes(base, head)
  if (!changes) return cutOff
  const isInput = releaseInputs(
    policy,
    changes.map(({ path }) => path),
  )
  const others = changes.filter(({ path }) => !isInput(path)).map(({ path }) => path)
  if (changes.length === 0) return notPure('It changes nothing.', 'Close it.')
  if (others.length > 0) {
    return notPure(`It changes files that no release uses: ${others.slice(0, 10).join(', ')}.`, reviewInstead)
  }
  let differs: string | undefined
  for (const verified of await change.verified()) {
    const left = await inputChanges(objects, policy, verified, head)
    if (!left) return cutOff
    const [first] = left
    if (!first) return { pure: true, verified, inputDigest: digestOf(changes) }
    differs ??= `${first.path} differs from the verified commit ${verified.slice(0, 7)}`
  }
  return notPure(
    `${differs ?? 'No commit is verified on every cluster yet'}.`,
    'Restore every release input to the verified commit, or have it reviewed.',
  )
}

const cutOff = notPure(
  'The repository has more files than GitHub lists at once, so nothing can be proven.',
  reviewInstead,
)

/** The release inputs that differ between two commits; undefined where GitHub does not list all files. */
export async function inputChanges(
  objects: GitObjects,
  policy: Policy,
  before: string,
  after: string,
): Promise<TreeChange[] | undefined> {
  const changes = await objects.changes(before, after)
  const isInput = releaseInputs(policy, changes?.map(({ path }) => path) ?? [])
  return changes?.filter(({ path }) => isInput(path))
}

/**
 * Which paths decide what is deployed: the lock file, charts, values files, components' targets. Policy, workflows and
 * CODEOWNERS never do, whatever the policy's globs match.
 */
export function releaseInputs(policy: Policy, paths: string[]): (path: string) => boolean {
  const values = policy.releases.flatMap((release) =>
    policy.clusters.flatMap((cluster) => [
      ...valuesFiles(release, cluster, paths),
      ...valuesFiles({ values: release.planValues }, cluster, paths),
    ]),
  )
  const named = new Set([...values, ...policy.components.flatMap(bumpPaths)])
  const charts = policy.releases.map(({ chart }) => `${chart.replace(/\/+$/, '')}/`)
  return (path) => {
    if (path === lockFile) return true
    if (path.startsWith('.github/') || /(^|\/)CODEOWNERS$/.test(path)) return false
    return named.has(path) || charts.some((chart) => path.startsWith(chart))
  }
}

const digestOf = (changes: TreeChange[]): string =>
  sha256(changes.map(({ path, head }) => `${path}\0${head?.mode ?? ''} ${head?.sha ?? ''}\n`).join(''))
