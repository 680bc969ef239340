import type { ServerResponse } from 'node:http'
import { goodKernel, type Kernel, speakKernel } from './kernel-socket.js'
import { serve, type TestServer } from './server.js'

export const hubToken = 'smoke-token-000000000000'

export interface Hub extends TestServer {
  users: Set<string>
  /** `user/server` of what runs. */
  servers: Set<string>
  requests: string[]
}

export interface HubOptions {
  users?: string[]
  servers?: string[]
  kernel?: Kernel
  /** Events of the spawn's progress; the default is ready at once. */
  progress?: object[]
  /** The spawn's own answer. */
  spawn?: number
  /** Takes over the answer to a request. */
  instead?: (request: string, response: ServerResponse) => boolean
}

/** A JupyterHub as the recordings of a real one show it, as far as a test user needs it. */
export async function hubServer(options: HubOptions = {}): Promise<Hub> {
  const { kernel = goodKernel, progress, spawn = 202, instead } = options
  const users = new Set(options.users ?? [])
  const servers = new Set(options.servers ?? [])
  const requests: string[] = []
  const json = (response: ServerResponse, status: number, body: object = {}): unknown =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

  const test = await serve((_, response, request) => {
    const asked = `${request.method} ${request.url}`
    requests.push(asked)
    if (instead?.(asked, response)) return
    if (asked === 'GET /hub/api/health') return json(response, 200)
    if (asked === 'GET /hub/api/') return json(response, 200, { version: '6.1.1' })
    if (request.headers.authorization !== `token ${hubToken}`) return json(response, 403)
    if (request.url?.startsWith('/user/')) return jupyter(asked, response)
    const [, user = '', server] =
      /users\/([^/]+)(?:\/servers?(?:\/([^/]+))?)?/.exec(asked.replace('/progress', '')) ?? []
    const key = `${user}/${asked.includes('/server') ? (server ?? '') : ''}`
    if (asked.endsWith('/progress')) return play(response, key)
    if (asked.includes('/server')) return serverCall(request.method ?? '', user, key, response)
    if (request.method === 'POST') return json(response, add(users, user) ? 201 : 409)
    if (!users.has(user)) return json(response, 404)
    if (request.method === 'DELETE') return json(response, users.delete(user) ? 204 : 404)
    const own = [...servers].filter((one) => one.startsWith(`${user}/`)).map((one) => one.split('/')[1] ?? '')
    json(response, 200, {
      servers: Object.fromEntries(own.map((name) => [name, { ready: true, url: `/user/${user}/${name}` }])),
    })
  })
  test.server.on('upgrade', (request, socket) => {
    if (request.headers.authorization === `token ${hubToken}`) speakKernel(request, socket, kernel)
    else socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })

  function serverCall(method: string, user: string, key: string, response: ServerResponse): unknown {
    if (!users.has(user)) return json(response, 404)
    if (method === 'DELETE') return json(response, servers.delete(key) ? 204 : 404)
    servers.add(key)
    return json(response, spawn)
  }

  function play(response: ServerResponse, key: string): void {
    const ready = { progress: 100, ready: true, message: 'Server ready', url: `/user/${key}` }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of progress ?? [ready]) response.write(`\n\ndata: ${JSON.stringify(event)}\n\n`)
  }

  function jupyter(asked: string, response: ServerResponse): unknown {
    if (asked.endsWith('/api')) return json(response, 200, { version: '2.21.1' })
    if (asked.startsWith('POST') && asked.endsWith('/api/kernels')) return json(response, 201, { id: 'k1' })
    if (asked.startsWith('DELETE')) return response.writeHead(204).end()
    return json(response, 200, { kernels: 0 })
  }
  return { ...test, users, servers, requests, [Symbol.asyncDispose]: test[Symbol.asyncDispose] }
}

/** Whether it was not there yet. */
const add = (all: Set<string>, one: string): boolean => all.size < all.add(one).size
