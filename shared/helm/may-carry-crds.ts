import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { gunzipSync } from 'node:zlib'

/**
 * Whether a chart or anything it depends on could have files in `crds/`. Only a "no" is certain, and spares the start of Helm,
 * which alone knows what counts as a CRD: then neither a path nor an unpacked archive has the word.
 *
 * @param chart directory, dependencies fetched.
 */
export async function mayCarryCrds(chart: string): Promise<boolean> {
  for (const entry of await readdir(chart, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    // Helm follows links.
    if (entry.isSymbolicLink() || relative(chart, file).includes('crds')) return true
    if (file.endsWith('.tgz') && mayHide(await readFile(file))) return true
  }
  return false
}

function mayHide(archive: Uint8Array): boolean {
  try {
    const unpacked = gunzipSync(archive)
    // What is packed inside once more cannot be seen from here.
    return unpacked.includes('crds') || unpacked.includes('.tgz')
  } catch {
    return true
  }
}
