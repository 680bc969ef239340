import { parse } from 'yaml'
import { z } from 'zod'
import { fetchBounded, unreachable } from './registry-http.js'

/** One published version of a chart. */
export interface ChartVersion {
  version: string
  /** Where its archive is. */
  url: string
  /** What the index says that the archive's sha256 is, 64 hex digits: only a hint, the index is not protected. */
  digest: string | undefined
}

const indexLimit = 64 * 1024 * 1024

const indexSchema = z.object({
  entries: z.record(z.string(), z.array(z.unknown()).nullable()).nullable(),
})

const entrySchema = z.object({
  // Whoever writes the index writes titles and commits with this text.
  version: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,127}$/),
  urls: z.array(z.string()).min(1),
  digest: z.string().optional(),
})

/**
 * The versions of `chart` in a classic chart repository (`index.yaml`), in the order of the index. Entries that are
 * malformed are left out, as Helm does.
 *
 * @throws UserError `registry-unreachable` where the index cannot be fetched or read.
 */
export async function chartVersions(http: typeof fetch, repository: string, chart: string): Promise<ChartVersion[]> {
  const what = 'The index of the chart repository'
  const indexUrl = `${repository.replace(/\/+$/, '')}/index.yaml`
  const { status, bytes, url } = await fetchBounded(http, indexUrl, { what, limit: indexLimit })
  if (status !== 200) throw unreachable(indexUrl, what, `it answers ${status}`)

  const index = indexSchema.safeParse(parseYaml(bytes.toString('utf8'), indexUrl))
  if (!index.success) throw unreachable(indexUrl, what, 'it has no "entries"')
  const entries = index.data.entries?.[chart] ?? []
  return entries.flatMap((entry) => {
    const { data } = entrySchema.safeParse(entry)
    const [first] = data?.urls ?? []
    if (!data || first === undefined || !URL.canParse(first, url)) return []
    return [{ version: data.version, url: new URL(first, url).href, digest: data.digest?.replace(/^sha256:/, '') }]
  })
}

function parseYaml(text: string, url: string): unknown {
  try {
    return parse(text, { logLevel: 'error', maxAliasCount: 100 })
  } catch (error) {
    throw unreachable(url, 'The index of the chart repository', 'it is not valid YAML', error)
  }
}
