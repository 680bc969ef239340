import { execa } from 'execa'
import { expect, inject, test } from 'vitest'
import { kubectl } from '../../rehearsal/cluster/kubectl.js'
import { clusters } from '../../rehearsal/world/names.js'

test('the whole code lane is rehearsed on a cluster that is there already, which is left as it was', async () => {
  const [kubeconfig, tools] = [inject('kubeconfig'), inject('tools')]
  const { exitCode, all } = await execa(process.execPath, ['build/rehearsal/play.js', 'good', 'false', kubeconfig], {
    all: true,
    reject: false,
  })

  expect(exitCode, all).toBe(0)
  expect(all).toContain('the gate proves #1 to be nothing but the bump; nobody approved it')
  expect(all?.match(/deployed and verified/g), 'adoption and two deploys').toHaveLength(3 * clusters.length)
  const [story = '', summary = ''] = all?.split('What should have happened') ?? []
  expect(summary).not.toContain('✗')
  expect(story.match(/✗.*/g), 'only the false bump is refused').toEqual([expect.stringContaining('Not a pure bump')])
  const left = await kubectl(tools.kubectl, kubeconfig, ['get', 'namespaces', '--output', 'name'])
  for (const cluster of clusters) expect(left).not.toContain(`namespace/${cluster}`)
}, 600_000)
