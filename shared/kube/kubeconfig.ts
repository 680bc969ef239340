import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { UserError } from '../foundation/errors.js'
import { parseJson } from '../foundation/parse-json.js'

const kubeconfigSchema = z.object({
  'current-context': z.string(),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string() }) })),
  clusters: z.array(
    z.object({ name: z.string(), cluster: z.object({ 'certificate-authority-data': z.string().optional() }) }),
  ),
})

const fix = "Put the content of a kubeconfig file, with its current context, into the environment's secret KUBECONFIG."

/** The API server's CA (PEM) in the kubeconfig's current context; undefined where it names none. */
export function authorityOf(content: string): string | undefined {
  const parsed = kubeconfigSchema.safeParse(parseKubeconfig(content))
  if (!parsed.success) {
    const missing = parsed.error.issues[0]?.path.join('.') || 'it is not a YAML map'
    throw new UserError('input-invalid', `Input "kubeconfig" is not a kubeconfig (${missing}).`, { fix })
  }
  const { contexts, clusters, 'current-context': current } = parsed.data
  const name = contexts.find((context) => context.name === current)?.context.cluster
  const cluster = clusters.find((candidate) => candidate.name === name)?.cluster
  if (!cluster)
    throw new UserError('input-invalid', 'Input "kubeconfig" has no cluster for its current context.', { fix })
  const data = cluster['certificate-authority-data']
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8')
}

/**
 * The data of a kubeconfig, in YAML or JSON (which may be indented with tabs); undefined where it is neither.
 *
 * The parser's own message would quote the line, which may hold the token.
 */
function parseKubeconfig(content: string): unknown {
  const data = parseJson(content)
  if (data !== undefined) return data
  try {
    return parse(content, { logLevel: 'error' })
  } catch {
    return undefined
  }
}

/** Runs `body` with the path of a file that only this user can read, and that is gone afterwards whatever happens. */
export async function withKubeconfig<T>(content: string, temp: string, body: (path: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(temp, 'lockstep-kube-'))
  try {
    const path = join(directory, 'config')
    await writeFile(path, content, { mode: 0o600 })
    return await body(path)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
