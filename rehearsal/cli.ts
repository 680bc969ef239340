/**
 * `npm run rehearse [-- --kubeconfig FILE]`: checks what the machine has, fetches what it lacks, and plays the code lane
 * in namespaces of its own.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { projectRoot } from './root.js'
import { runInside } from './run-inside.js'

const usage = `npm run rehearse [-- --kubeconfig FILE]

Plays the code lane in a world on this machine: a GitHub, two upstream repositories and a deploy repo, a Kubernetes node.

  --kubeconfig FILE  a cluster that is there already, whose node is this machine, instead of a new one
`

const { values } = parseArgs({ options: { kubeconfig: { type: 'string' }, help: { type: 'boolean' } } })
if (values.help) {
  process.stdout.write(usage)
} else {
  const play = join(projectRoot, 'build/rehearsal/play.js')
  process.exitCode = await runInside(process.execPath, [play, values.kubeconfig ?? ''], {
    network: values.kubeconfig === undefined ? 'own' : 'machine',
  })
}
