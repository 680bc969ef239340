import { startChild } from '../exec/child.js'
import { kubeError } from './kubectl.js'

/**
 * Runs `body` with the local address that leads to `target` (`service/NAME:PORT`) in the namespace, through the API server.
 *
 * @throws UserError where the cluster refuses or does not answer.
 */
export async function withPortForward<T>(
  { kubeconfig, namespace, cwd }: { kubeconfig: string; namespace: string; cwd: string },
  target: string,
  signal: AbortSignal,
  body: (address: { host: string; port: number }) => Promise<T>,
): Promise<T> {
  const [name = '', port = ''] = target.split(':')
  const said: string[] = []
  let opened: (port: number) => void = () => {}
  const open = new Promise<{ port: number }>((resolve) => {
    opened = (port) => resolve({ port })
  })
  const child = startChild(
    'kubectl',
    ['--namespace', namespace, 'port-forward', '--address', '127.0.0.1', name, `:${port}`],
    {
      cwd,
      env: { KUBECONFIG: kubeconfig },
      onLine(line) {
        const port = /^Forwarding from 127\.0\.0\.1:(\d+) /.exec(line)?.[1]
        if (port) opened(Number(port))
        else said.push(line)
      },
    },
  )
  const stop = (): void => void child.stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const first = await Promise.race([open, child.ended])
    if (typeof first !== 'object') throw kubeError(`forward a port to ${name}`, said.join('\n'))
    return await body({ host: '127.0.0.1', port: first.port })
  } finally {
    signal.removeEventListener('abort', stop)
    await child.stop()
  }
}
