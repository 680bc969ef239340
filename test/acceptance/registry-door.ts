import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttp, type RequestListener } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A door on loopback before a registry that has none: TLS, and the distribution specification's token handshake. */
export interface Door extends AsyncDisposable {
  port: number
  /** Method, path and kind of authorization of each request, oldest first. */
  requests: string[]
}

export interface DoorOptions {
  /** Where the registry behind it is: host:port, plain HTTP. */
  backend: string
  /** Names this door in the address where tokens are made; default is plain HTTP on 127.0.0.1. */
  origin?: (port: number) => string
  /** Who gets a token; without, anybody does. */
  login?: { user: string; password: string }
  /** PEM. Plain HTTP is served at the same port. */
  tls?: { key: string; cert: string }
}

export async function startDoor({ backend, origin, login, tls }: DoorOptions): Promise<Door> {
  const tokens = new Map<string, string[]>()
  const sockets = new Set<Socket>()
  const requests: string[] = []
  const realm = (): string => `${origin?.(door.port) ?? `http://127.0.0.1:${door.port}`}/token`

  const handle: RequestListener = async (request, response) => {
    const { authorization = '', accept } = request.headers
    const url = new URL(request.url ?? '/', 'http://door')
    requests.push(`${request.method} ${url.pathname} ${authorization.split(' ')[0] || 'nobody'}`)
    if (url.pathname === '/token') {
      const wanted = login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`
      if (wanted !== undefined && authorization !== wanted) return response.writeHead(401).end()
      const token = randomBytes(12).toString('hex')
      tokens.set(`Bearer ${token}`, url.searchParams.getAll('scope'))
      return response.end(JSON.stringify({ token, expires_in: 60 }))
    }
    const scope = `repository:${/^\/v2\/(.+)\/(tags|manifests|blobs)\//.exec(url.pathname)?.[1]}:pull`
    if (!tokens.get(authorization)?.includes(scope)) {
      const challenge = `Bearer realm="${realm()}",service="door",scope="${scope}"`
      return response.writeHead(401, { 'www-authenticate': challenge }).end()
    }
    const answer = await fetch(`http://${backend}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { accept: accept ?? '*/*' },
      redirect: 'manual',
    })
    const kept = ['content-type', 'docker-content-digest', 'link', 'location'].flatMap((name) => {
      const value = answer.headers.get(name)
      return value === null ? [] : [[name, value] as const]
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    const length = answer.headers.get('content-length') ?? String(bytes.length)
    return response.writeHead(answer.status, { ...Object.fromEntries(kept), 'content-length': length }).end(bytes)
  }

  const plain = createHttp(handle)
  const secure = tls && createHttps(tls, handle)
  // TLS begins with the byte 22, HTTP with a letter.
  const front = createServer((socket) => {
    sockets.add(socket)
    socket.once('readable', () => {
      const first: Buffer | null = socket.read(1)
      if (first === null) return socket.destroy()
      socket.unshift(first)
      return (first[0] === 22 && secure ? secure : plain).emit('connection', socket)
    })
    socket.on('error', () => socket.destroy())
  })
  front.listen(0, '127.0.0.1')
  await once(front, 'listening')
  const door: Door = {
    port: (front.address() as AddressInfo).port,
    requests,
    async [Symbol.asyncDispose]() {
      front.close()
      for (const socket of sockets) socket.destroy()
      await once(front, 'close')
    },
  }
  return door
}
