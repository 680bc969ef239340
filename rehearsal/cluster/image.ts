import { createHash } from 'node:crypto'
import { createTar, type TarFileInput } from 'nanotar'

export interface ImageOptions {
  /** Name and tag. */
  name: string
  /** Absolute path in the image -> content; `mode` 0755 unless said. */
  files: Record<string, Uint8Array | string | { content: Uint8Array | string; mode: number }>
  entrypoint: string[]
  env?: Record<string, string>
}

/**
 * A container image as one tar (`docker save`'s format) that `ctr images import` and `crane push` read, made without a
 * container engine. The same options give the same bytes.
 */
export function imageTar({ name, files, entrypoint, env = {} }: ImageOptions): Uint8Array {
  const layer = layerTar(files)
  const layerDigest = sha256(layer)
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: {
      Entrypoint: entrypoint,
      Env: Object.entries({ PATH: '/bin', ...env }).map(([key, value]) => `${key}=${value}`),
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
    history: [{ created_by: 'lockstep rehearsal' }],
  })
  const configFile = `${sha256(config)}.json`
  const layerFile = `${layerDigest}/layer.tar`
  return tar([
    { name: configFile, data: config },
    { name: layerFile, data: layer },
    { name: 'manifest.json', data: JSON.stringify([{ Config: configFile, RepoTags: [name], Layers: [layerFile] }]) },
  ])
}

function layerTar(files: ImageOptions['files']): Uint8Array {
  const directories: TarFileInput[] = [
    { name: 'tmp/', attrs: { mode: '1777' } },
    { name: 'etc/', attrs: { mode: '755' } },
  ]
  const contents = Object.entries(files).map(([path, file]): TarFileInput => {
    const { content, mode } =
      typeof file === 'string' || file instanceof Uint8Array ? { content: file, mode: 0o755 } : file
    return { name: path.replace(/^\/+/, ''), data: content, attrs: { mode: mode.toString(8) } }
  })
  return tar([...directories, ...contents])
}

const tar = (files: TarFileInput[]): Uint8Array => createTar(files, { attrs: { mtime: 0, uid: 0, gid: 0 } })

const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')
