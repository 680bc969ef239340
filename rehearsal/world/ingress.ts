import { createServer, request as forward } from 'node:http'
import type { KubeClient } from './kube-client.js'
import { listening } from './listening.js'

interface EndpointSlices {
  items: { endpoints: { addresses: string[]; conditions?: { ready?: boolean } }[] | null; ports: { port: number }[] }[]
}

/**
 * The way in for users, as an ingress controller makes it: a request for `<namespace>.<domain>` goes to one of the ready
 * pods behind the Service, in turn. A one-node cluster without kube-proxy has no other way in.
 */
export async function startIngress(kube: KubeClient, service: string, port: number): Promise<AsyncDisposable> {
  let turn = 0
  const server = createServer(async (incoming, answer) => {
    const namespace = incoming.headers.host?.split('.')[0] ?? ''
    const pods = await readyPods(kube, namespace, service).catch(() => [])
    const pod = pods[turn++ % Math.max(1, pods.length)]
    if (pod === undefined) {
      answer.writeHead(503).end('no pod is ready\n')
      return
    }
    const { method, headers, url: path } = incoming
    const outgoing = forward({ host: pod.address, port: pod.port, method, headers, path }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()))
    incoming.pipe(outgoing)
  })
  return { [Symbol.asyncDispose]: await listening(server, port) }
}

async function readyPods(
  kube: KubeClient,
  namespace: string,
  service: string,
): Promise<{ address: string; port: number }[]> {
  const slices = (await kube(
    `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io/service-name=${service}`,
  )) as EndpointSlices
  return slices.items.flatMap(({ endpoints, ports }) =>
    (endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses }) => addresses.map((address) => ({ address, port: ports[0]?.port ?? 80 }))),
  )
}
