/** Imported into a process that is measured (`node --import`): leaves the most memory it ever had, in KiB, in a file. */
import { writeFileSync } from 'node:fs'

process.on('exit', () => writeFileSync(process.env.PEAK_MEMORY_FILE ?? '', String(process.resourceUsage().maxRSS)))
