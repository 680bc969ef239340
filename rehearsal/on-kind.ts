import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { explainError } from '../shared/foundation/errors.js'
import { startKind } from './cluster/kind.js'
import type { Network } from './isolate/isolate.js'

/** Does something with a cluster made by kind, which is gone afterwards. Returns its exit code, 1 where kind fails. */
export async function onKind(play: (kubeconfig: string, network: Network) => Promise<number>): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-kind-'))
  try {
    await using cluster = await startKind(dir)
    return await play(cluster.kubeconfig, { process: cluster.process })
  } catch (error) {
    const { message, fix } = explainError(error)
    process.stderr.write(`${message}\n${fix}\n`)
    return 1
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
