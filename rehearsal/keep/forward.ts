import { once } from 'node:events'
import { chmod, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type ListenOptions, type NetConnectOpts, type Socket } from 'node:net'

/**
 * Network namespaces have loopbacks of their own, but a socket that is a file is the same from both sides. So what
 * listens inside is reached from outside by way of a file: TCP outside, the file, TCP inside.
 */

/** Kernels take no longer path (108 bytes with the zero at its end). */
const longestPath = 107

/**
 * Inside: whoever connects to the socket at `path` reaches what listens there. Only this user may connect.
 *
 * @param path on a file system that both sides see: not below /run, /var or a temporary directory of the inside.
 */
export async function shareInside(path: string, to: { host: string; port: number }): Promise<AsyncDisposable> {
  if (Buffer.byteLength(path) > longestPath) {
    throw new Error(`A socket's path may have ${longestPath} bytes, and this one has more: ${path}`)
  }
  await rm(path, { force: true })
  const { close } = await relay({ path }, to)
  await chmod(path, 0o600)
  return { [Symbol.asyncDispose]: close }
}

export interface Forwarder extends AsyncDisposable {
  /** Of this side's loopback. */
  port: number
}

/** Outside: `port` of this side's loopback (0: any free one) leads to the socket at `path`. */
export async function forwardFromOutside(port: number, path: string): Promise<Forwarder> {
  const { address, close } = await relay({ host: '127.0.0.1', port }, { path })
  return { port: (address as AddressInfo).port, [Symbol.asyncDispose]: close }
}

async function relay(
  from: ListenOptions,
  to: NetConnectOpts,
): Promise<{ address: AddressInfo | string | null; close: () => Promise<void> }> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ ...to, allowHalfOpen: true })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      // A side that fails takes the other with it; one that only ends may still be answered.
      one.on('error', () => other.destroy())
      one.on('close', () => open.delete(one))
      one.pipe(other)
    }
  })
  server.listen(from)
  await once(server, 'listening')
  return {
    address: server.address(),
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
