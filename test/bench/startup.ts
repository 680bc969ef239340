import { performance } from 'node:perf_hooks'
import { execa } from 'execa'
import { actionNames } from '../../shared/foundation/result.js'
import { type Bench, below, medianOf } from './figure.js'

const rounds = 15

async function milliseconds(args: string[], expectedExit: number): Promise<number> {
  const start = performance.now()
  const { exitCode } = await execa(process.execPath, args, { reject: false, env: { INPUT_TOKEN: '' } })
  if (exitCode !== expectedExit) throw new Error(`node ${args.join(' ')} ended with ${exitCode}, not ${expectedExit}`)
  return performance.now() - start
}

/** From the start of an action to its first input error, as a multiple of a bare `node -e 0`; both sides in turn. */
export const startup: Bench = async () => {
  const figures = []
  for (const action of actionNames) {
    const [bare, started]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      bare.push(await milliseconds(['-e', '0'], 0))
      started.push(await milliseconds([`dist/${action}.js`], 1))
    }
    figures.push(below('startup', action, medianOf(started) / medianOf(bare), 'times node -e 0', 2.5))
  }
  return figures
}
