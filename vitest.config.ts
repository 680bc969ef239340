import { defineConfig } from 'vitest/config'
import { ByDuration } from './test/e2e/shards.js'

const project = (name: string, folders: string[], more: object = {}) => ({
  test: { name, include: folders.map((folder) => `test/${folder}/**/*.test.ts`), ...more },
})

export default defineConfig({
  test: {
    // Most of a test's time is git's and the actions' own processes: a worker for each core.
    maxWorkers: '100%',
    sequence: { sequencer: ByDuration },
    projects: [
      // Not isolated: loading the same modules anew for every file took longer than many files' tests; what an emulator
      // checks its answers with is compiled once.
      project('unit', ['unit'], { isolate: false, testTimeout: 20_000, hookTimeout: 30_000 }),
      // They start the GitHub emulator in the test's own process.
      project('integration', ['integration'], { isolate: false, testTimeout: 20_000, hookTimeout: 30_000 }),
      // Beside the end-to-end tests and the rehearsal they get what these leave of the processor.
      project('acceptance', ['acceptance'], { isolate: false, testTimeout: 240_000, hookTimeout: 240_000 }),
      project('e2e', ['e2e'], {
        globalSetup: 'test/e2e/global-setup.ts',
        fileParallelism: false,
        testTimeout: 120_000,
        hookTimeout: 120_000,
      }),
    ],
  },
})
