import { z } from 'zod'
import { UserError } from '../action/errors.js'
import { sha256 } from './digest.js'
import { type ImageName, parseImageName } from './image-name.js'
import { type Fetched, fetchBounded, isLoopback, unreachable } from './registry-http.js'

const answerLimit = 16 * 1024 * 1024
const pageLimit = 200

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/**
 * All tags of an image, by the distribution API, page after page.
 *
 * @param name the image without tag, such as `quay.io/team/name`
 * @throws UserError `registry-unreachable`
 */
export async function imageTags(http: typeof fetch, name: string): Promise<string[]> {
  const image = parseImageName(name)
  const what = `The list of tags of ${name}`
  const get = session(http, image, what)
  const tags: string[] = []
  let next: string | undefined = `${baseOf(image)}/tags/list?n=1000`
  for (let page = 0; next !== undefined; page++) {
    if (page === pageLimit) throw unreachable(next, what, `it has more than ${pageLimit} pages`)
    const answer: Fetched = await get(next, 'application/json')
    if (answer.status !== 200) throw unreachable(next, what, `it answers ${answer.status}`)
    tags.push(...tagsIn(answer, what))
    next = nextPage(answer, what)
  }
  return tags
}

/**
 * The digest that a tag stands for now, 64 hex digits: the sha256 of the manifest's bytes; undefined where there is no
 * such tag.
 */
export async function imageDigest(http: typeof fetch, name: string, tag: string): Promise<string | undefined> {
  const image = parseImageName(name)
  const what = `The manifest of ${name}:${tag}`
  const url = `${baseOf(image)}/manifests/${encodeURIComponent(tag)}`
  const { status, headers, bytes } = await session(http, image, what)(url, manifestTypes)
  if (status === 404) return undefined
  if (status !== 200) throw unreachable(url, what, `it answers ${status}`)
  const digest = sha256(bytes)
  const claimed = headers.get('docker-content-digest')
  if (claimed?.startsWith('sha256:') && claimed !== `sha256:${digest}`) {
    throw new UserError(
      'digest-mismatch',
      `${what} has the digest sha256:${digest}, but the registry says ${claimed}.`,
      {
        fix: 'Something between here and the registry changes its answers. Do not deploy this version.',
      },
    )
  }
  return digest
}

const baseOf = ({ host, repository }: ImageName): string =>
  `${isLoopback(host) ? 'http' : 'https'}://${host}/v2/${repository.split('/').map(encodeURIComponent).join('/')}`

/** A GET that answers the registry's request for an anonymous token, and keeps the token for the next one. */
function session(http: typeof fetch, image: ImageName, what: string) {
  let authorization: string | undefined
  return async (url: string, accept: string): Promise<Fetched> => {
    const get = (): Promise<Fetched> =>
      fetchBounded(http, url, {
        what,
        limit: answerLimit,
        headers: { accept, ...(authorization === undefined ? {} : { authorization }) },
      })
    const first = await get()
    if (first.status !== 401) return first
    authorization = `Bearer ${await anonymousToken(http, first.headers.get('www-authenticate') ?? '', image, what)}`
    return get()
  }
}

const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() })

async function anonymousToken(http: typeof fetch, challenge: string, image: ImageName, what: string): Promise<string> {
  const field = (name: string): string | undefined => new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1]
  const realm = field('realm')
  if (!/^bearer /i.test(challenge) || realm === undefined || !URL.canParse(realm)) {
    throw unreachable(baseOf(image), what, 'it asks for a password, and only public images can be read')
  }
  const url = new URL(realm)
  const service = field('service')
  if (service !== undefined) url.searchParams.set('service', service)
  url.searchParams.set('scope', field('scope') ?? `repository:${image.repository}:pull`)
  const { status, bytes } = await fetchBounded(http, url.href, { what: "The registry's token", limit: 1024 * 1024 })
  const parsed = tokenSchema.safeParse(status === 200 ? jsonOf(bytes) : undefined)
  const token = parsed.data?.token ?? parsed.data?.access_token
  if (token === undefined) throw unreachable(url.href, "The registry's token", `it answers ${status}`)
  return token
}

const tagsSchema = z.object({ tags: z.array(z.string()).nullable() })

function tagsIn(answer: Fetched, what: string): string[] {
  const parsed = tagsSchema.safeParse(jsonOf(answer.bytes))
  if (!parsed.success) throw unreachable(answer.url, what, 'it is no list of tags')
  return (parsed.data.tags ?? []).filter((tag) => /^\w[\w.-]{0,127}$/.test(tag))
}

function nextPage({ headers, url }: Fetched, what: string): string | undefined {
  const link = /<([^>]+)>\s*;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1]
  if (link === undefined) return undefined
  const next = new URL(link, url)
  // The token goes along with the request, so it stays with the registry that it is for.
  if (next.origin !== new URL(url).origin) throw unreachable(url, what, 'its next page is on another host')
  return next.href
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
