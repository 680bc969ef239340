/** An image's place: the host that serves the registry API, and the repository in it. */
export interface ImageName {
  host: string
  repository: string
}

/** Reads `quay.io/team/name` (no tag, no digest); names without a host are Docker Hub's, those without a slash its `library`. */
export function parseImageName(name: string): ImageName {
  const [first = '', ...rest] = name.split('/')
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const [host, repository] = hasHost ? [first, rest.join('/')] : ['docker.io', name]
  if (host !== 'docker.io' && host !== 'index.docker.io') return { host, repository }
  return { host: 'registry-1.docker.io', repository: repository.includes('/') ? repository : `library/${repository}` }
}

/** The host that an image reference names, as people write it. */
export function registryOf(reference: string): string {
  const { host } = parseImageName(reference)
  return host === 'registry-1.docker.io' ? 'docker.io' : host
}
