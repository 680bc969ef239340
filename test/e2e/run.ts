/**
 * `npm run test:e2e`: all end-to-end tests, in shards side by side, each in namespaces and with a cluster of its own.
 * `npm run test:e2e -- FILES`: those, in one run; any arguments are vitest's.
 */
import { execa } from 'execa'
import { shards } from './shards.js'

const inside = ['build/rehearsal/inside.js', '--']
const vitest = [...inside, 'vitest', 'run', '--project', 'e2e']
const given = process.argv.slice(2)

const codes = given.length > 0 ? [await run([...vitest, ...given])] : await allShards()
process.exitCode = codes.find((code) => code !== 0) ?? 0

async function allShards(): Promise<number[]> {
  // What the machine lacks is said once, and what is to be built is built once.
  const code = await run([...inside, 'true'])
  if (code !== 0) return [code]
  const indexes = Array.from({ length: shards }, (_, index) => index + 1)
  return Promise.all(indexes.map((index) => run([...vitest, `--shard=${index}/${shards}`], `${index}| `)))
}

/** @param prefix of every line, so that runs side by side can be told apart. */
async function run(args: string[], prefix?: string): Promise<number> {
  const prefixed = function* (line: unknown): Generator<string> {
    yield `${prefix}${line}`
  }
  const output = prefix === undefined ? ('inherit' as const) : ([prefixed, 'inherit'] as const)
  const { exitCode } = await execa(process.execPath, args, { stdout: output, stderr: output, reject: false })
  return exitCode ?? 1
}
