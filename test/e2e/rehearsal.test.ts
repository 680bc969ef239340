import { execa } from 'execa'
import { expect, inject, test } from 'vitest'
import { runKubectl } from '../../rehearsal/cluster/kubectl.js'
import { clusterNames } from '../../rehearsal/fixtures/names.js'

test('the rehearsal plays on a cluster that is there already, which is left as it was', async () => {
  const [kubeconfig, tools] = [inject('kubeconfig'), inject('tools')]
  const { exitCode, all } = await execa(process.execPath, ['build/rehearsal/play.js', 'adopted', 'false', kubeconfig], {
    all: true,
    reject: false,
    // A runner asks for colours, in which no sentence would be found.
    env: { NO_COLOR: '1' },
  })

  expect(exitCode, all).toBe(0)
  expect(all?.match(/deployed and verified/g)).toHaveLength(clusterNames.length)
  expect(all).toContain(`✓ all ${clusterNames.length} clusters are adopted`)
  expect(all).not.toContain('✗')
  const left = await runKubectl(tools.kubectl, kubeconfig, ['get', 'namespaces', '--output', 'name'])
  for (const cluster of clusterNames) expect(left).not.toContain(`namespace/${cluster}`)
}, 600_000)
