/**
 * By what a client speaks to GitHub: a token, or what finds one for a repository.
 *
 * @param repo `owner/name`; undefined for a request that is about none.
 */
export type Token = string | ((repo: string | undefined) => Promise<string>)

interface Endpoint {
  url: string
  owner?: unknown
  repo?: unknown
  variables?: { owner?: unknown; repo?: unknown; name?: unknown }
  headers: Record<string, unknown>
}

/** What octokit calls an authentication strategy: its `hook` sees every request before it is sent, a page's address as well. */
export function tokenStrategy(find: (repo: string | undefined) => Promise<string>): () => unknown {
  const hook = async (send: (endpoint: Endpoint) => Promise<unknown>, endpoint: Endpoint): Promise<unknown> => {
    endpoint.headers.authorization = `Bearer ${await find(repositoryOf(endpoint))}`
    return send(endpoint)
  }
  return () => Object.assign(async () => ({}), { hook })
}

function repositoryOf({ url, owner, repo, variables }: Endpoint): string | undefined {
  const [first, second] = [owner ?? variables?.owner, repo ?? variables?.repo ?? variables?.name]
  if (typeof first === 'string' && typeof second === 'string') return `${first}/${second}`
  const [, name] = /\/repos\/([^/{}]+\/[^/{}?]+)/.exec(url) ?? []
  return name
}
