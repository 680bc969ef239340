import { parseJson } from '../../../shared/foundation/parse-json.js'

/** An event that is longer than this is none. */
const longest = 1_000_000

/** The JSON of every `data:` line of an event stream. Comments (keep-alive) and what is no JSON are passed over. */
export async function* eventsOf(response: Response): AsyncGenerator<unknown, void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  // Leaving the loop, in whatever way, closes the connection: the server would keep it open.
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split(/\r\n|\n|\r/)
    rest = lines.pop() ?? ''
    if (rest.length > longest) return
    for (const line of lines) {
      const data = /^data: ?(.*)$/.exec(line)?.[1]
      const event = data === undefined ? undefined : parseJson(data)
      if (event !== undefined) yield event
    }
  }
}
