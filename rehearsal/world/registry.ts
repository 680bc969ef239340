import { once } from 'node:events'
import { execa } from 'execa'
import pRetry from 'p-retry'

/**
 * A real OCI registry (go-containerregistry's), in memory. containerd speaks plain HTTP to a registry on 127.0.0.1,
 * so pods pull from it like from any other.
 */
export async function startRegistry(crane: string, address: string): Promise<AsyncDisposable> {
  const registry = execa(crane, ['registry', 'serve', '--address', address], { stdio: 'ignore', reject: false })
  await pRetry(async () => (await fetch(`http://${address}/v2/`)).body?.cancel(), {
    retries: 100,
    minTimeout: 50,
    factor: 1,
  })
  return {
    async [Symbol.asyncDispose]() {
      registry.kill('SIGTERM')
      if (registry.exitCode === null) await Promise.race([once(registry, 'exit'), registry])
    },
  }
}
