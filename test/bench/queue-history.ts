import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** One version of a chart: a merge that was to be deployed. Times are ms since 1970. */
export interface Published {
  version: string
  /** How many commits its own has behind it: the true order. */
  depth: number
  at: number
}

/** One deploy: from then on `depth` was deployed. */
export interface Deployed {
  depth: number
  at: number
}

export interface History {
  published: Published[]
  deployed: Deployed[]
  /** Versions whose deploy was reverted. */
  reverted: Set<string>
}

const order = z.object({
  charts: z.object({
    binderhub: z.array(z.object({ version: z.string(), created: z.string(), commit_depth: z.number().nullish() })),
  }),
})
const bumps = z.array(z.object({ date: z.string(), dep: z.string(), new: z.string().nullable() }))
const reverts = z.array(z.object({ title: z.string() }))

/** Reads what was published of binderhub, and when it was deployed, from a folder with the public history. */
export async function readHistory(folder: string): Promise<History> {
  const read = async <T>(name: string, schema: z.ZodType<T>): Promise<T> =>
    schema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))
  const { charts } = await read('chart-version-order.json', order)
  const published = charts.binderhub
    .flatMap(({ version, created, commit_depth: depth }) =>
      depth === null || depth === undefined ? [] : [{ version, depth, at: Date.parse(created) }],
    )
    .toSorted((a, b) => a.at - b.at)
  const depths = new Map(published.map(({ version, depth }) => [version, depth]))
  const deployed = (await read('mybinder-version-bumps.json', bumps))
    .flatMap(({ date, dep, new: version }) => {
      const depth = dep === 'binderhub' && version !== null ? depths.get(version) : undefined
      return depth === undefined ? [] : [{ depth, at: Date.parse(date) }]
    })
    .toSorted((a, b) => a.at - b.at)
  // Titles name the version that was taken back: the last one in them.
  const titles = (await read('mybinder-reverts.json', reverts)).map(({ title }) => title)
  const reverted = published.filter(({ version }) =>
    titles.some((title) => new RegExp(`${escaped(version)}"*$`).test(title)),
  )
  return { published, deployed, reverted: new Set(reverted.map(({ version }) => version)) }
}

const escaped = (text: string): string => text.replace(/[.+]/g, '\\$&')
