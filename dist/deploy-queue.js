// Made by scripts/build.ts; do not edit.
import module from 'node:module'

// Node 22 and newer keep the compiled bundle between the steps of a job.
module.enableCompileCache?.()
const { deployQueue } = await import('./index.js')
await deployQueue()
