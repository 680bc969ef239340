import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

interface Asked {
  header: { msg_id: string }
  content: { code: string }
}

/** What a kernel says to one piece of code: messages as [channel's message type, content], or that it hangs up. */
export type Kernel = (code: string) => [string, object][] | 'hangs up' | 'says nothing'

/** Prints 42 to whatever it is asked. */
export const goodKernel: Kernel = () => [
  ['status', { execution_state: 'busy' }],
  ['stream', { name: 'stdout', text: '42\n' }],
  ['execute_reply', { status: 'ok' }],
  ['status', { execution_state: 'idle' }],
]

/** Speaks a kernel's WebSocket on an upgraded connection, as far as short messages go. */
export function speakKernel(request: IncomingMessage, socket: Duplex, kernel: Kernel): void {
  const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
  const accept = createHash('sha1').update(key).digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  const send = (message: object): void => void socket.write(frame(JSON.stringify(message)))
  // Messages for others come first, as from a real one.
  send({
    parent_header: { msg_id: 'of-somebody-else' },
    msg_type: 'stream',
    content: { name: 'stdout', text: 'foreign' },
  })
  socket.on('error', () => {})
  socket.on('data', (data: Buffer) => {
    const text = unmask(data)
    if (text === undefined) return void socket.end()
    const asked = JSON.parse(text) as Asked
    const said = kernel(asked.content.code)
    if (said === 'hangs up') return void socket.destroy()
    if (said === 'says nothing') return
    for (const [type, content] of said) send({ parent_header: asked.header, msg_type: type, content })
  })
}

function frame(text: string): Buffer {
  const body = Buffer.from(text)
  const length = body.length < 126 ? [body.length] : [126, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([0x81, ...length]), body])
}

/** The text of a client's frame, undefined where it is none. */
function unmask(data: Buffer): string | undefined {
  if ((data[0] ?? 0) !== 0x81) return undefined
  const short = (data[1] ?? 0) & 0x7f
  const start = short === 126 ? 4 : 2
  const mask = data.subarray(start, start + 4)
  const size = short === 126 ? data.readUInt16BE(2) : short
  return Buffer.from(
    data.subarray(start + 4, start + 4 + size).map((byte, index) => byte ^ (mask[index % 4] ?? 0)),
  ).toString()
}
