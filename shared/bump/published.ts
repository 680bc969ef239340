import { sha256 } from '../foundation/digest.js'
import { UserError } from '../foundation/errors.js'
import { matchVersion } from '../policy/version-template.js'
import { type ArchivedChart, readChart } from '../registry/chart-archive.js'
import { chartVersions } from '../registry/chart-repository.js'
import { chartLayer, imageDigest, imageTags } from '../registry/oci.js'
import { type Http, registryUnreachable } from '../registry/registry-http.js'
import { openSession } from '../registry/session.js'

/**
 * Where a component's versions are published. `name` is an image without its tag; `repository` is https:// (with an index)
 * or oci://.
 */
export type ArtifactSource = { kind: 'chart'; repository: string; chart: string } | { kind: 'image'; name: string }

/** A version that the registry lists. */
export interface ListedVersions {
  version: string
  archive?: { url: string; digest: string | undefined }
}

/** A listed version that names a commit. */
export interface PublishedVersion extends ListedVersions {
  /** The part of the commit that is in the version, 7 to 40 hex digits. */
  commit: string
}

/** A version's bytes, looked at. */
export interface Artifact {
  version: string
  /** Of the chart's archive or of the image's manifest. */
  sha256: string
  chart: ArchivedChart | undefined
}

const archiveLimit = 64 * 1024 * 1024

/** @throws UserError `registry-unreachable` */
export async function listVersions(http: Http, source: ArtifactSource): Promise<ListedVersions[]> {
  if (source.kind === 'image') return (await imageTags(http, source.name)).map((version) => ({ version }))
  const name = ociName(source)
  // A tag cannot hold the "+" of a version: Helm writes "_" instead, which no version has.
  if (name !== undefined) return (await imageTags(http, name)).map((tag) => ({ version: tag.replaceAll('_', '+') }))
  const versions = await chartVersions(http, source.repository, source.chart)
  return versions.map(({ version, url, digest }) => ({ version, archive: { url, digest } }))
}

/** A chart's place in a registry; undefined where its repository has an index. */
const ociName = ({ repository, chart }: Extract<ArtifactSource, { kind: 'chart' }>): string | undefined =>
  repository.startsWith('oci://') ? `${repository.slice('oci://'.length).replace(/\/+$/, '')}/${chart}` : undefined

/** The listed versions that spell out a commit, by `templates`. */
export const withCommits = (listed: ListedVersions[], templates: readonly string[]): PublishedVersion[] =>
  listed.flatMap((entry) => {
    const match = matchVersion(templates, entry.version)
    return match?.commit === undefined ? [] : [{ ...entry, commit: match.commit }]
  })

/**
 * Which of `commits` (40 hex digits) each version was made from; versions of other commits are left out. Of several
 * versions of one commit, the one that spells out most of it counts (a registry can have `v-85f69a7` and `v-85f69a74`).
 *
 * @throws UserError `version-not-found` where a version fits two of the commits: which one it is must not be a guess.
 */
export function byCommit(published: PublishedVersion[], commits: readonly string[]): Map<string, PublishedVersion> {
  const found = new Map<string, PublishedVersion>()
  for (const entry of published) {
    const [commit, other] = commits.filter((candidate) => candidate.startsWith(entry.commit))
    if (commit === undefined) continue
    if (other !== undefined) {
      throw new UserError(
        'version-not-found',
        `Version ${entry.version} matches two commits: ${commit} and ${other}.`,
        {
          fix: 'Change upstream so that its versions contain more digits of the commit.',
        },
      )
    }
    if (entry.commit.length > (found.get(commit)?.commit.length ?? 0)) found.set(commit, entry)
  }
  return found
}

/**
 * Fetches a version and pins its bytes.
 *
 * @throws UserError `digest-mismatch` where the chart is not what the index or manifest says, `registry-unreachable` where
 * there is nothing, or a chart of another name or version.
 */
export async function fetchArtifact(http: Http, source: ArtifactSource, listed: ListedVersions): Promise<Artifact> {
  const { version } = listed
  if (source.kind === 'image') {
    const digest = await imageDigest(http, source.name, version)
    if (digest === undefined) throw gone(source.name, version)
    return { version, sha256: digest, chart: undefined }
  }
  const what = `The chart ${source.chart} ${version}`
  const name = ociName(source)
  const url = name === undefined ? (listed.archive?.url ?? '') : `https://${name}`
  const bytes = name === undefined ? await archive(http, url, what) : await layer(http, name, version)

  const digest = sha256(bytes)
  const claimed = listed.archive?.digest
  if (claimed !== undefined && claimed !== digest) {
    throw new UserError(
      'digest-mismatch',
      `${what} has the sha256 ${digest}, but the repository's index says ${claimed}.`,
      {
        fix: 'Do not deploy it. Find out who replaced the archive, and publish the chart again under a new version.',
      },
    )
  }
  const chart = readChart(bytes, what)
  if (chart.name !== source.chart || chart.version !== version) {
    throw registryUnreachable(
      url,
      what,
      `the archive holds ${JSON.stringify(`${chart.name} ${chart.version}`)} instead`,
    )
  }
  return { version, sha256: digest, chart }
}

async function archive(http: Http, url: string, what: string): Promise<Buffer> {
  const { status, bytes } = await openSession(http, what)(url, { limit: archiveLimit })
  if (status !== 200) throw registryUnreachable(url, what, `it answers ${status}`)
  return bytes
}

async function layer(http: Http, name: string, version: string): Promise<Buffer> {
  const bytes = await chartLayer(http, name, version.replaceAll('+', '_'), archiveLimit)
  if (bytes === undefined) throw gone(name, version)
  return bytes
}

const gone = (name: string, version: string): UserError =>
  registryUnreachable(`https://${name}`, `The tag ${version}`, 'it is listed, but missing')
