/**
 * `npm run bench [-- NAME --data PATH]`: runs one benchmark or all, and prints one JSON line a figure. A goal that was missed
 * is said and fails nothing, since a busy machine is no fault of the code; a benchmark that cannot run does.
 */
import { parseArgs } from 'node:util'
import { bumpReplay } from './bump-replay.js'
import { bumpRequests } from './bump-requests.js'
import { chartIndex } from './chart-index.js'
import { deployOverhead } from './deploy-overhead.js'
import { distSize } from './dist-size.js'
import type { Bench } from './figure.js'
import { gateClassify } from './gate-classify.js'
import { gateScale } from './gate-scale.js'
import { planFleetBench } from './plan-fleet.js'
import { queueScale } from './queue-scale.js'
import { queueSimulation } from './queue-simulation.js'
import { rangeRequests } from './range-requests.js'
import { rollbackTime } from './rollback-time.js'
import { startup } from './startup.js'

const benches: Record<string, Bench> = {
  startup,
  'dist-size': distSize,
  'bump-replay': bumpReplay,
  'bump-requests': bumpRequests,
  'range-requests': rangeRequests,
  'deploy-overhead': deployOverhead,
  'rollback-time': rollbackTime,
  'chart-index': chartIndex,
  'plan-fleet': planFleetBench,
  'queue-scale': queueScale,
  'queue-simulation': queueSimulation,
  'gate-classify': gateClassify,
  'gate-scale': gateScale,
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { data: { type: 'string' } } })
const unknown = positionals.filter((name) => !(name in benches))
if (unknown.length > 0) {
  console.error(`No benchmark is called ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`)
  process.exit(1)
}

for (const [name, bench] of Object.entries(benches)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  for (const figure of await bench(values.data === undefined ? {} : { data: values.data })) {
    console.log(JSON.stringify(figure))
    if (!figure.ok) console.error(`${figure.bench}: the goal was missed: ${figure.figure}`)
  }
}
