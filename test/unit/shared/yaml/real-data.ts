import { existsSync, readdirSync, readFileSync } from 'node:fs'

const folder = '../shared/data'

/** Real configuration of a public federation lies beside the checkout on some machines; a fresh clone has none. */
export const hasRealData = existsSync(folder)

/** Part of a test's title, so that a skipped test says why. */
export const realData = hasRealData ? 'real data' : 'real data, which is not on this machine'

export const readReal = (path: string): string => readFileSync(`${folder}/${path}`, 'utf8')

export const listReal = (path: string): string[] =>
  readdirSync(`${folder}/${path}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(`${folder}/${path}/`.length))
    .toSorted()
