import { readdir, stat } from 'node:fs/promises'
import { type Bench, below } from './figure.js'

/** Bytes of everything that is committed under dist/. */
export const distSize: Bench = async () => {
  const files = await readdir('dist')
  const sizes = await Promise.all(files.map(async (file) => (await stat(`dist/${file}`)).size))
  return [below('dist-size', 'total', sizes.reduce((sum, size) => sum + size, 0) / 1e6, 'MB', 3)]
}
