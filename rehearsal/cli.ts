/**
 * `npm run rehearse`: checks what the machine has, downloads what it lacks, and plays the scenarios in namespaces of its own.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Network } from './isolate/isolate.js'
import { openPortForwards, type PortForwards } from './keep/port-forward.js'
import { onKind } from './on-kind.js'
import { projectRoot } from './root.js'
import { runInside } from './run-inside.js'
import { scenarioNames } from './scenarios.js'

const usage = `npm run rehearse [-- --scenario NAME] [--keep] [--verbose] [--kubeconfig FILE | --cluster kind]

Plays Lockstep on this machine, with an emulated GitHub, two upstream repositories, a deploy repo and a real Kubernetes node.

  --scenario NAME    adopted: only the adoption; use it with --keep to try things yourself
                     good: two merges, and a pull request that looks like a bump and is none
                     broken: an image that crashes, pods that do not serve, two merges of which the first fails
                     by-hand: a bad version that passes every test, and an operator who starts a rollback
                     staging-trial: an infrastructure change that is tried on staging before it is merged
                     all: all of them (the default)
  --keep             keeps everything running afterwards, until Ctrl-C, and prints what to open and what to try
  --verbose          also shows every workflow run, and the requests to GitHub
  --kubeconfig FILE  uses an existing cluster whose node is this machine
  --cluster kind     uses a new cluster made by kind, in the Docker engine of this machine
`

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'all' },
    keep: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    kubeconfig: { type: 'string', default: '' },
    cluster: { type: 'string', default: '' },
    help: { type: 'boolean' },
  },
})
const { scenario, keep, verbose, kubeconfig, cluster } = values
const wrong = wrongUse()
if (values.help) {
  process.stdout.write(usage)
} else if (wrong) {
  process.stderr.write(`${wrong}\n`)
  process.exitCode = 2
} else if (cluster === 'kind') {
  process.exitCode = await onKind(play)
} else {
  process.exitCode = await play(kubeconfig, kubeconfig === '' ? 'own' : 'machine')
}

function wrongUse(): string | undefined {
  if (!scenarioNames.some((name) => name === scenario))
    return `There is no scenario "${scenario}". It must be one of: ${scenarioNames.join(', ')}.`
  if (!['', 'kind'].includes(cluster)) return `There is no --cluster ${cluster}; it can be "kind", or left out.`
  if (cluster !== '' && kubeconfig !== '') return 'Give --kubeconfig or --cluster, not both.'
  return undefined
}

async function play(cluster: string, network: Network): Promise<number> {
  // Without a network of its own everything can be reached as it is.
  await using doors: PortForwards | undefined = keep && network !== 'machine' ? await openPortForwards() : undefined
  const args = [scenario, String(keep), cluster, doors ? JSON.stringify(doors.places) : '', String(verbose)]
  // Awaited here: the doors close when this function returns.
  return await runInside(process.execPath, [join(projectRoot, 'build/rehearsal/play.js'), ...args], { network })
}
