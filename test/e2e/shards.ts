import { basename } from 'node:path'
import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/** How many runs share the end-to-end tests, each with a cluster of its own: most of a test's time is spent on waiting for one. */
export const shards = 2

/** Seconds that a file took on two cores, to share them out evenly; what is not here takes few. */
const seconds: Record<string, number> = {
  'api-server-gone': 380,
  'kill-on-cluster': 210,
  rollback: 208,
  irreversible: 175,
  attacks: 150,
  failures: 116,
  'staging-trial': 102,
  'helm-deploy': 63,
  'operating-without-github': 55,
  jupyterhub: 41,
  keep: 40,
  rehearsal: 40,
  'several-releases': 38,
  change: 30,
  cluster: 21,
  fork: 19,
  reviews: 17,
  'smoke-kubernetes': 17,
  'dry-run': 17,
}

const secondsOf = (file: string): number => seconds[basename(file, '.test.ts')] ?? 10

/** The files of one shard of `count`, the first of which is 1: the longest go first, each to the shard that has least to do. */
export function shardOf(files: string[], index: number, count: number): string[] {
  const parts = Array.from({ length: count }, () => ({ seconds: 0, files: [] as string[] }))
  const longestFirst = files.toSorted((a, b) => secondsOf(b) - secondsOf(a) || a.localeCompare(b))
  for (const file of longestFirst) {
    const part = parts.reduce((least, one) => (one.seconds < least.seconds ? one : least))
    part.seconds += secondsOf(file)
    part.files.push(file)
  }
  return parts[index - 1]?.files ?? []
}

/** Vitest's own shards have equally many files; these take equally long. */
export class ByDuration extends BaseSequencer {
  override async shard(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const { index, count } = this.ctx.config.shard ?? { index: 1, count: 1 }
    const mine = new Set(
      shardOf(
        specifications.map(({ moduleId }) => moduleId),
        index,
        count,
      ),
    )
    return specifications.filter(({ moduleId }) => mine.has(moduleId))
  }
}
