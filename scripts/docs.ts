/** Writes action.yml and the generated parts of the READMEs. */
import { writeFile } from 'node:fs/promises'
import { generatedDocs } from './documented-actions.js'

for (const [path, text] of Object.entries(await generatedDocs())) await writeFile(path, text)
