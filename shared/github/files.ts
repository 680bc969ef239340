import { createHash } from 'node:crypto'
import { UserError } from '../foundation/errors.js'
import type { GitHub } from './client.js'
import { repoRef } from './client.js'
import { hasStatus } from './errors.js'
import { orHidden, queryGraphQL } from './graphql.js'

/**
 * A text file at a commit, byte for byte (a BOM stays); undefined where there is none.
 *
 * @throws UserError `target-missing` where it is not UTF-8 text, or a directory.
 */
export async function readFile(github: GitHub, repo: string, path: string, ref: string): Promise<string | undefined> {
  try {
    const { data } = await github.rest.repos.getContent({ ...repoRef(repo), path, ref })
    if (Array.isArray(data) || data.type !== 'file') throw notText(path)
    // GitHub leaves the content out of files over 1 MiB; the blob has it.
    if (data.encoding === 'base64') return blobText(Buffer.from(data.content, 'base64'), path)
    return await readBlobBytes(github, repo, data.sha, path)
  } catch (error) {
    if (hasStatus(error, 404)) return undefined
    throw error
  }
}

type Blob = { oid?: string; text?: string | null } | null

/** Several files at a commit in one request, in the order of `paths`, see `readFile`. */
export async function readFiles(
  github: GitHub,
  repo: string,
  paths: string[],
  ref: string,
): Promise<(string | undefined)[]> {
  const parameters = paths.map((_, index) => `$path${index}: String!`)
  const objects = paths.map(
    (_, index) => `file${index}: object(expression: $path${index}) { ... on Blob { oid text } }`,
  )
  const query = `query ($owner: String!, $repo: String!, ${parameters.join(', ')}) {
  repository(owner: $owner, name: $repo) { ${objects.join(' ')} }
}`
  const expressions = paths.map((path, index) => [`path${index}`, `${ref}:${path}`])
  const needs = { permission: 'contents: read', to: `read ${repo}` }
  const variables = { ...repoRef(repo), ...Object.fromEntries(expressions) }
  const found = await queryGraphQL<{ repository: Record<string, Blob> }>(github, needs, query, variables).catch(
    orHidden,
  )
  if (!found) {
    // P8: one by one by REST. Of a repository that may not be seen it would say of each file that it is not there.
    await github.rest.repos.get({ ...repoRef(repo) })
    return Promise.all(paths.map((path) => readFile(github, repo, path, ref)))
  }
  const { repository } = found
  return Promise.all(
    paths.map((path, index) => {
      const blob = repository[`file${index}`]
      if (!blob) return undefined
      // GraphQL cuts long texts and has none of binary files: what is not the very bytes is fetched as such.
      return typeof blob.text === 'string' && blobSha(blob.text) === blob.oid
        ? blob.text
        : readFile(github, repo, path, ref)
    }),
  )
}

/** A blob as text. `path` is only for messages. */
export async function readBlobBytes(github: GitHub, repo: string, sha: string, path: string): Promise<string> {
  const { data } = await github.rest.git.getBlob({ ...repoRef(repo), file_sha: sha })
  return blobText(Buffer.from(data.content, 'base64'), path)
}

/** Git's own name for a file's content. */
export function blobSha(text: string): string {
  const bytes = Buffer.from(text)
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

/**
 * Bytes of a file as text. `path` is only for messages.
 *
 * @throws UserError `target-missing` where they are not UTF-8.
 */
export function blobText(bytes: Buffer, path: string): string {
  const text = bytes.toString('utf8')
  // Bytes that are no UTF-8 would be written back as something else.
  if (!Buffer.from(text).equals(bytes)) throw notText(path)
  return text
}

const notText = (path: string): UserError =>
  new UserError('target-missing', `${path} in the deploy repo is not a text file in UTF-8.`, {
    fix: `Make ${path} a UTF-8 text file, or correct the policy.`,
    at: { file: path },
  })
