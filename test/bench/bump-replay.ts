import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { bumpEdits, replay } from '../fixtures/bump-edits.js'
import type { Bench } from './figure.js'

/** Real bumps of a public deploy repo lie beside the checkout on some machines; a fresh clone has none. */
const ownData = '../shared/data/mybinder-bump-edits.json'

/** How many real bumps our edit gives byte for byte; each miss is printed with its reason. */
export const bumpReplay: Bench = async ({ data = ownData }) => {
  if (!existsSync(data)) {
    console.error(`bump-replay is skipped: there is no ${data}. "--data PATH" names another file.`)
    return []
  }
  const edits = bumpEdits.parse(JSON.parse(await readFile(data, 'utf8')))
  let equal = 0
  for (const edit of edits) {
    const wrong = replay(edit)
    if (wrong === undefined) equal += 1
    else console.error(`bump-replay: ${edit.component} ${edit.from} to ${edit.to} in ${edit.path}: ${wrong}`)
  }
  const goal = `= ${edits.length}`
  return [
    { bench: 'bump-replay', figure: 'byte for byte', value: equal, unit: 'bumps', goal, ok: equal === edits.length },
  ]
}
