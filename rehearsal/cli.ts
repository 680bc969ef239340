/**
 * `npm run rehearse`: checks what the machine has, fetches what it lacks, and plays the policy in namespaces of its own.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Network } from './isolate/isolate.js'
import { openPortForwards, type PortForwards } from './keep/port-forward.js'
import { onKind } from './on-kind.js'
import { projectRoot } from './root.js'
import { runInside } from './run-inside.js'
import { scenarioNames } from './scenarios.js'

const usage = `npm run rehearse [-- --scenario NAME] [--keep] [--kubeconfig FILE | --cluster kind]

Plays the policy in a world on this machine: a GitHub, two upstream repositories and a deploy repo, a Kubernetes node.

  --scenario NAME    adopted: nothing but the adoption; with --keep a world to try things in
                     good: two merges and a false bump
                     broken: an image that crashes, pods that do not serve, two merges when the first fails
                     by-hand: what no test saw, and an operator who takes it back
                     staging-trial: a careful change that goes to staging and back before it is merged
                     all: all of it (the default)
  --keep             leaves the world up when the story has ended, and says its addresses, until Ctrl-C
  --kubeconfig FILE  a cluster that is there already, whose node is this machine, instead of a new one
  --cluster kind     a new one made by kind, in the Docker engine of this machine
`

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'all' },
    keep: { type: 'boolean', default: false },
    kubeconfig: { type: 'string', default: '' },
    cluster: { type: 'string', default: '' },
    help: { type: 'boolean' },
  },
})
const { scenario, keep, kubeconfig, cluster } = values
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
  const args = [scenario, String(keep), cluster, doors ? JSON.stringify(doors.places) : '']
  // Awaited here: the doors close when this function returns.
  return await runInside(process.execPath, [join(projectRoot, 'build/rehearsal/play.js'), ...args], { network })
}
