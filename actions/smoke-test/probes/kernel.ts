import { randomUUID } from 'node:crypto'
import { WebSocket } from 'undici'
import { z } from 'zod'
import { parseJson } from '../../../shared/foundation/parse-json.js'

/** A Jupyter server; `url` ends with `/`. */
export interface NotebookServer {
  url: string
  token: string
}

/** What code printed; `error` is what it raised. */
export interface CodeResult {
  output: string
  error: string | undefined
}

const messageSchema = z.object({
  parent_header: z.object({ msg_id: z.string().optional() }),
  msg_type: z.string(),
  content: z.record(z.string(), z.unknown()),
})

const longestOutput = 10_000

/** A query parameter would be refused for clients that are no browsers; a header works everywhere. */
export const authorizationHeader = ({ token }: Pick<NotebookServer, 'token'>): Record<string, string> => ({
  authorization: `token ${token}`,
})

/** Starts a kernel, runs code in it over its WebSocket, and removes it. @throws Error where the server does not go along. */
export async function runCode(
  http: typeof fetch,
  server: NotebookServer,
  code: string,
  signal: AbortSignal,
): Promise<CodeResult> {
  const kernels = `${server.url}api/kernels`
  const headers = { ...authorizationHeader(server), 'content-type': 'application/json' }
  const response = await http(kernels, { method: 'POST', headers, body: '{}', signal })
  if (response.status !== 201) throw new Error(`the server did not start a kernel: it answers ${response.status}`)
  const { id } = z.object({ id: z.string() }).parse(await response.json())
  try {
    return await execute(`${kernels.replace(/^http/, 'ws')}/${id}/channels`, authorizationHeader(server), code, signal)
  } finally {
    await http(`${kernels}/${id}`, { method: 'DELETE', headers, signal }).catch(() => {})
  }
}

function execute(url: string, headers: Record<string, string>, code: string, signal: AbortSignal): Promise<CodeResult> {
  const socket = new WebSocket(url, { headers })
  const request = executeRequest(code)
  const ran: CodeResult = { output: '', error: undefined }
  // The answer and the kernel's output come on two channels, in any order.
  const ended = { reply: false, idle: false }
  return new Promise<CodeResult>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('the kernel did not answer in time')), { once: true })
    socket.addEventListener('open', () => socket.send(JSON.stringify(request)))
    socket.addEventListener('error', () => reject(new Error('the WebSocket of the kernel failed')))
    socket.addEventListener('close', () => reject(new Error('the WebSocket of the kernel was closed')))
    socket.addEventListener('message', ({ data }) => {
      const message = messageSchema.safeParse(parseJson(String(data))).data
      if (message?.parent_header.msg_id !== request.header.msg_id) return
      take(message, ran)
      ended.reply ||= message.msg_type === 'execute_reply'
      ended.idle ||= message.msg_type === 'status' && message.content.execution_state === 'idle'
      if (ended.reply && ended.idle) resolve(ran)
    })
  }).finally(() => socket.close())
}

function take({ msg_type: type, content }: z.infer<typeof messageSchema>, ran: CodeResult): void {
  if (type === 'stream' && content.name === 'stdout')
    ran.output = (ran.output + String(content.text)).slice(0, longestOutput)
  if (type === 'error') ran.error = `${String(content.ename)}: ${String(content.evalue)}`
  if (type === 'execute_reply' && content.status !== 'ok') ran.error ??= `the kernel replies ${String(content.status)}`
}

/** As the Jupyter messaging protocol wants it. */
const executeRequest = (code: string) => ({
  header: {
    msg_id: randomUUID(),
    msg_type: 'execute_request',
    session: randomUUID(),
    username: 'lockstep',
    date: new Date().toISOString(),
    version: '5.3',
  },
  parent_header: {},
  metadata: {},
  content: { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false, stop_on_error: true },
  channel: 'shell',
  buffers: [],
})
