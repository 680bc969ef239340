/**
 * `npm run rehearse [-- --scenario NAME --keep --kubeconfig FILE]`: checks what the machine has, fetches what it lacks,
 * and plays the policy in namespaces of its own.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { projectRoot } from './root.js'
import { runInside } from './run-inside.js'
import { scenarios } from './scenarios.js'

const usage = `npm run rehearse [-- --scenario NAME] [--keep] [--kubeconfig FILE]

Plays the policy in a world on this machine: a GitHub, two upstream repositories and a deploy repo, a Kubernetes node.

  --scenario NAME    good: two merges and a false bump
                     broken: an image that crashes, pods that do not serve, two merges when the first fails
                     all: both (the default)
  --keep             leaves the world up when the story has ended, and says its addresses, until Ctrl-C
  --kubeconfig FILE  a cluster that is there already, whose node is this machine, instead of a new one
`

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'all' },
    keep: { type: 'boolean', default: false },
    kubeconfig: { type: 'string', default: '' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  process.stdout.write(usage)
} else if (!scenarios.some((name) => name === values.scenario)) {
  process.stderr.write(`There is no scenario "${values.scenario}". It must be one of: ${scenarios.join(', ')}.\n`)
  process.exitCode = 2
} else {
  const play = join(projectRoot, 'build/rehearsal/play.js')
  const { scenario, keep, kubeconfig } = values
  process.exitCode = await runInside(process.execPath, [play, scenario, String(keep), kubeconfig], {
    network: kubeconfig === '' ? 'own' : 'machine',
  })
}
