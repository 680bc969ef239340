import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startCluster } from '../../rehearsal/cluster/cluster.js'
import { startRegistry } from '../../rehearsal/fixtures/registry.js'
import { readIsolation } from '../../rehearsal/isolate/inside.js'
import { provideTools, type RehearsalTools } from '../../rehearsal/tools/tools.js'

declare module 'vitest' {
  export interface ProvidedContext {
    tools: RehearsalTools
    /** Path of the administrator's kubeconfig. */
    kubeconfig: string
    apiServer: string
    /** host:port of an OCI registry. */
    registry: string
  }
}

const registryAddress = '127.0.0.1:5100' // not the rehearsal's own

/** One cluster and one registry for all end-to-end tests. Returns what ends them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const inside = readIsolation()
  if (!inside) throw new Error('These tests need namespaces of their own. Run them with: npm run test:e2e')

  const tools = await provideTools(() => {})
  const registry = await startRegistry(tools.crane, registryAddress)
  const cluster = await startCluster({ dir: join(inside.dir, 'cluster'), tools })
  project.provide('tools', tools)
  project.provide('kubeconfig', cluster.kubeconfig)
  project.provide('apiServer', cluster.apiServer)
  project.provide('registry', registryAddress)

  return async () => {
    await cluster[Symbol.asyncDispose]()
    await registry[Symbol.asyncDispose]()
  }
}
