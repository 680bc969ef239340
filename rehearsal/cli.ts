/**
 * `npm run rehearse [-- --kubeconfig FILE | --cluster kind]`: checks what the machine has, fetches what it lacks, and plays the code lane
 * in namespaces of its own.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { onKind } from './on-kind.js'
import { projectRoot } from './root.js'
import { runInside } from './run-inside.js'

const usage = `npm run rehearse [-- --kubeconfig FILE | --cluster kind]

Plays the code lane in a world on this machine: a GitHub, two upstream repositories and a deploy repo, a Kubernetes node.

  --kubeconfig FILE  a cluster that is there already, whose node is this machine, instead of a new one
  --cluster kind     a new one made by kind, in the Docker engine of this machine
`

const { values } = parseArgs({
  options: { kubeconfig: { type: 'string' }, cluster: { type: 'string' }, help: { type: 'boolean' } },
})
const play = join(projectRoot, 'build/rehearsal/play.js')
if (values.help) {
  process.stdout.write(usage)
} else if (values.cluster === 'kind') {
  process.exitCode = await onKind((kubeconfig, network) => runInside(process.execPath, [play, kubeconfig], { network }))
} else if (values.cluster !== undefined) {
  process.stderr.write(`There is no --cluster ${values.cluster}; it can be "kind", or left out.\n`)
  process.exitCode = 2
} else {
  process.exitCode = await runInside(process.execPath, [play, values.kubeconfig ?? ''], {
    network: values.kubeconfig === undefined ? 'own' : 'machine',
  })
}
