import { type GitHub, repoRef } from './client.js'
import { hasStatus } from './errors.js'
import { blobSha } from './files.js'
import { graphqlTypes, queryGraphQL } from './graphql.js'
import type { TreeEntry } from './trees.js'

type Found = { oid: string; isBinary: boolean | null; text: string | null } | null

/**
 * GitHub spaces such requests by a second each, so few large ones; what is larger than it shows is asked for alone.
 * L10: how much one may ask for is not known, so one that is refused is halved.
 */
const maxFiles = 200
const maxBytes = 1_000_000
const maxShown = 400_000

/**
 * The bytes of many files by their SHA; what GitHub says is binary is left out.
 *
 * @param entries of trees of this very repository; each SHA is asked for once.
 */
export async function readBlobs(
  github: GitHub,
  repo: string,
  entries: readonly TreeEntry[],
): Promise<Map<string, Buffer>> {
  const distinct = [...new Map(entries.map((entry) => [entry.sha, entry])).values()]
  const small = distinct.filter(({ sha, size }) => size !== undefined && size <= maxShown && /^[0-9a-f]{40}$/.test(sha))
  const found = new Map<string, Buffer>()
  const binary = new Set<string>()
  for (const batch of batches(small)) {
    for (const blob of await askFor(github, repo, batch)) {
      if (blob?.isBinary) binary.add(blob.oid)
      // Bytes that are no UTF-8 would come as something else: what is not the very bytes is fetched as such.
      else if (typeof blob?.text === 'string' && blobSha(blob.text) === blob.oid)
        found.set(blob.oid, Buffer.from(blob.text))
    }
  }
  for (const { sha } of distinct.filter((entry) => !found.has(entry.sha) && !binary.has(entry.sha))) {
    const { data } = await github.rest.git.getBlob({ ...repoRef(repo), file_sha: sha })
    found.set(sha, Buffer.from(data.content, 'base64'))
  }
  return found
}

function batches(entries: readonly TreeEntry[]): TreeEntry[][] {
  const all: TreeEntry[][] = []
  let bytes = 0
  for (const entry of entries) {
    const last = all.at(-1)
    const size = entry.size ?? 0
    if (last && last.length < maxFiles && bytes + size <= maxBytes) {
      last.push(entry)
      bytes += size
    } else {
      all.push([entry])
      bytes = size
    }
  }
  return all
}

/** None where GitHub refuses a batch of one: it is fetched alone. */
async function askFor(github: GitHub, repo: string, batch: readonly TreeEntry[]): Promise<Found[]> {
  try {
    return await askOnce(github, repo, batch)
  } catch (error) {
    if (!isTooMuch(error)) throw error
    if (batch.length === 1) return []
    const half = Math.ceil(batch.length / 2)
    const first = await askFor(github, repo, batch.slice(0, half))
    return [...first, ...(await askFor(github, repo, batch.slice(half)))]
  }
}

const limits = ['RESOURCE_LIMITS_EXCEEDED', 'MAX_NODE_LIMIT_EXCEEDED']

const isTooMuch = (error: unknown): boolean =>
  graphqlTypes(error).some((type) => limits.includes(type)) || hasStatus(error, 502, 504)

async function askOnce(github: GitHub, repo: string, batch: readonly TreeEntry[]): Promise<Found[]> {
  const fields = batch.map(({ sha }, index) => `b${index}: object(oid: "${sha}") { ...Bytes }`)
  const query = `query ($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) { ${fields.join(' ')} }
}
fragment Bytes on Blob { oid isBinary text }`
  const needs = { permission: 'contents: read', to: `read ${repo}` }
  const { repository } = await queryGraphQL<{ repository: Record<string, Found> }>(github, needs, query, {
    ...repoRef(repo),
  })
  return Object.values(repository)
}
