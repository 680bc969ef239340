import { z } from 'zod'
import { sha256 } from '../foundation/digest.js'
import { UserError } from '../foundation/errors.js'
import { type ImageName, parseImageName } from './image-name.js'
import { type Http, type HttpAnswer, isLoopback, registryUnreachable } from './registry-http.js'
import { jsonOf, openSession } from './session.js'

const answerLimit = 16 * 1024 * 1024
const pageLimit = 200

const imageTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  ...imageTypes,
]

/** What Helm has called a chart's archive. */
const chartTypes = ['application/vnd.cncf.helm.chart.content.v1.tar+gzip', 'application/tar+gzip']

/**
 * All tags of an image or chart, by the distribution API, page after page.
 *
 * @param name without tag, such as `quay.io/team/name`
 * @throws UserError `registry-unreachable`
 */
export async function imageTags(http: Http, name: string): Promise<string[]> {
  const image = parseImageName(name)
  const what = `The list of tags of ${name}`
  const get = openSession(http, what, scopeOf(image))
  const tags: string[] = []
  let next: string | undefined = `${baseOf(image)}/tags/list?n=1000`
  for (let page = 0; next !== undefined; page++) {
    if (page === pageLimit) throw registryUnreachable(next, what, `it has more than ${pageLimit} pages`)
    const answer: HttpAnswer = await get(next, { limit: answerLimit, headers: { accept: 'application/json' } })
    if (answer.status !== 200) throw registryUnreachable(next, what, `it answers ${answer.status}`)
    tags.push(...tagsIn(answer, what))
    next = nextPage(answer, what)
  }
  return tags
}

/**
 * The digest that a tag stands for now, 64 hex digits: the sha256 of the manifest's bytes; undefined where there is no
 * such tag. Of an image for several platforms it is the index that names them.
 */
export async function imageDigest(http: Http, name: string, tag: string): Promise<string | undefined> {
  const manifest = await manifestOf(http, name, tag, manifestTypes)
  return manifest && sha256(manifest.bytes)
}

/**
 * The archive of a chart in a registry, byte for byte; undefined where there is no such tag.
 *
 * @throws UserError `digest-mismatch` where the registry's bytes are not those that its manifest names.
 */
export async function chartLayer(http: Http, name: string, tag: string, limit: number): Promise<Buffer | undefined> {
  const what = `The chart ${name}:${tag}`
  const image = parseImageName(name)
  const manifest = await manifestOf(http, name, tag, imageTypes)
  if (!manifest) return undefined
  const { data } = layersSchema.safeParse(jsonOf(manifest.bytes))
  const layer = data?.layers.find(({ mediaType }) => chartTypes.includes(mediaType))
  if (!layer) throw registryUnreachable(manifest.url, what, 'it is not a Helm chart')

  const url = `${baseOf(image)}/blobs/${layer.digest}`
  const { status, bytes } = await openSession(http, what, scopeOf(image))(url, { limit })
  if (status !== 200) throw registryUnreachable(url, what, `it answers ${status}`)
  const digest = `sha256:${sha256(bytes)}`
  if (digest !== layer.digest) throw mismatch(what, digest, layer.digest)
  return bytes
}

const layersSchema = z.object({
  layers: z.array(z.object({ mediaType: z.string(), digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) })).max(100),
})

async function manifestOf(http: Http, name: string, tag: string, types: string[]): Promise<HttpAnswer | undefined> {
  const image = parseImageName(name)
  const what = `The manifest of ${name}:${tag}`
  const url = `${baseOf(image)}/manifests/${encodeURIComponent(tag)}`
  const get = openSession(http, what, scopeOf(image))
  const answer = await get(url, { limit: answerLimit, headers: { accept: types.join(', ') } })
  if (answer.status === 404) return undefined
  if (answer.status !== 200) throw registryUnreachable(url, what, `it answers ${answer.status}`)
  const digest = `sha256:${sha256(answer.bytes)}`
  const claimed = answer.headers.get('docker-content-digest')
  if (claimed?.startsWith('sha256:') && claimed !== digest) throw mismatch(what, digest, claimed)
  return answer
}

const mismatch = (what: string, digest: string, claimed: string): UserError =>
  new UserError('digest-mismatch', `${what} has the digest ${digest}, but the registry reports ${claimed}.`, {
    fix: 'Something between the runner and the registry changes its answers. Do not deploy this version.',
  })

const scopeOf = ({ repository }: ImageName): string => `repository:${repository}:pull`

const baseOf = ({ host, repository }: ImageName): string =>
  `${isLoopback(host) ? 'http' : 'https'}://${host}/v2/${repository.split('/').map(encodeURIComponent).join('/')}`

const tagsSchema = z.object({ tags: z.array(z.string()).nullable() })

function tagsIn(answer: HttpAnswer, what: string): string[] {
  const parsed = tagsSchema.safeParse(jsonOf(answer.bytes))
  if (!parsed.success) throw registryUnreachable(answer.url, what, 'it is not a list of tags')
  return (parsed.data.tags ?? []).filter((tag) => /^\w[\w.-]{0,127}$/.test(tag))
}

function nextPage({ headers, url }: HttpAnswer, what: string): string | undefined {
  const link = /<([^>]+)>\s*;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1]
  if (link === undefined) return undefined
  if (!URL.canParse(link, url)) throw registryUnreachable(url, what, 'its next page has an invalid URL')
  const next = new URL(link, url)
  // The token goes along with the request, so it stays with the registry that it is for.
  if (next.origin !== new URL(url).origin) throw registryUnreachable(url, what, 'its next page is on another host')
  return next.href
}
