import type { Octokit } from '@octokit/core'

/**
 * Octokit plugin: answers are parsed by `JSON.parse`.
 *
 * Octokit's own parser keeps integers beyond 2^53, which GitHub does not send, by regular expressions over the whole text.
 * That takes 7 to 10 times as long, and on Node 20 it fails on long strings and hands out the text unparsed: the gate died on
 * one file of 10 MB.
 *
 * Has to be the first plugin: the others (throttling reads GraphQL's errors) then see parsed data.
 */
export function nativeJson(octokit: Octokit): Record<string, never> {
  octokit.hook.before('request', (options) => {
    options.request = { ...options.request, parseSuccessResponseBody: false }
  })
  octokit.hook.after('request', async (response) => {
    const body: unknown = response.data
    if (!(body instanceof ReadableStream)) return
    const bytes = Buffer.from(await new Response(body).arrayBuffer())
    response.data = decode(bytes, response.headers['content-type'] ?? '')
  })
  return {}
}

/** As octokit does it; what says that it is JSON and is none stays text. */
function decode(bytes: Buffer, type: string): unknown {
  if (/^application\/(scim\+)?json\b/i.test(type)) return parsed(bytes.toString())
  const isText = type === '' || /^text\//i.test(type) || /charset=utf-8/i.test(type)
  return isText ? bytes.toString() : new Uint8Array(bytes).buffer
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
