import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { serve, type TestServer } from './server.js'

/** What a stream does: at so many seconds it sends text, is closed, or is cut off. */
export type Part = { at: number } & ({ text: string } | { end: 'closed' | 'cut' })

export interface Stream {
  status?: number
  headers?: Record<string, string>
  parts: Part[]
}

export interface BinderServer extends TestServer {
  /** Launched servers that are still there. */
  running(): number
  /** `METHOD path`, in order, with the query. */
  requests: string[]
}

export const launchToken = 'AAuyebMARIOA0kNoL7clNw'

interface Options {
  /** So many times faster than written. */
  speed?: number
  /** How a launched server answers what it is asked; default: as a good one. */
  server?: (path: string, response: ServerResponse) => boolean
}

/** A BinderHub that answers every build with one stream, in its timing, and what it launches: a Jupyter server under /user/. */
export async function binderServer(stream: Stream, { speed = 50, server }: Options = {}): Promise<BinderServer> {
  let running = 0
  const requests: string[] = []
  const test = await serve((_, response, request) => {
    const path = request.url ?? ''
    requests.push(`${request.method} ${path}`)
    if (path.startsWith('/build/')) return void play(request, response)
    if (server?.(path, response)) return
    const allowed = request.headers.authorization === `token ${launchToken}`
    if (path.endsWith('/api')) return void response.end('{"version": "2.21.1"}')
    if (!allowed) return void response.writeHead(403).end('{"message": "Forbidden"}')
    if (path.endsWith('/api/shutdown')) running -= 1
    response.end('{"connections": 0, "kernels": 0}')
  })

  async function play(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = Date.now()
    const exact = request.headers.accept === 'text/event-stream'
    response.writeHead(exact ? (stream.status ?? 200) : 400, stream.headers ?? { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    for (const part of stream.parts) {
      await delay(Math.max(0, (part.at * 1000) / speed - (Date.now() - began)))
      if (response.destroyed) return
      if ('text' in part) {
        if (part.text.includes('"url":')) running += 1
        response.write(part.text.replace(/http:\/\/127\.0\.0\.1:\d+\/user\//g, `${test.url}/user/`))
      } else if (part.end === 'cut') response.destroy()
      else response.end()
    }
    await once(response, 'close')
  }
  return { ...test, requests, running: () => running, [Symbol.asyncDispose]: test[Symbol.asyncDispose] }
}

/** Events at once, one after the other; without an end. */
export const events = (...data: object[]): Part[] =>
  data.map((event) => ({ at: 0, text: `data: ${JSON.stringify(event)}\n\n` }))

export const ready = {
  phase: 'ready',
  message: 'server running at http://127.0.0.1:1/user/x/\n',
  url: 'http://127.0.0.1:1/user/x/',
  token: launchToken,
}
