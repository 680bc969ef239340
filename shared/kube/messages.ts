const unreachable =
  /cluster unreachable|connection refused|connection reset|no such host|i\/o timeout|no route to host|network is unreachable|tls handshake timeout|unable to connect to the server|connection to the server .* was refused|http2: client connection lost|certificate signed by unknown authority|(get|post|put|patch) .*: (unexpected )?EOF$/im

/** Whether Helm or kubectl says that it did not get an answer from the API server. */
export const isUnreachable = (stderr: string): boolean => unreachable.test(stderr)

/** The text without the API server's address: where a cluster lives is not for public logs. */
export function withoutAddresses(text: string): string {
  return text
    .replace(/https?:\/\/[^\s"'/]+/g, '<cluster>')
    .replace(/\b(dial|read|write) (tcp|udp) [^\s]+(->[^\s]+)?/g, '$1 $2 <cluster>:')
    .replace(/lookup \S+( on \S+)?/g, 'lookup <cluster>:')
    .replace(/The connection to the server \S+ was/g, 'The connection to the server was')
    .replace(/\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b/g, '<cluster>')
}

/** Without the lines that kubectl's own library logs: the last line is for people. */
export const withoutLog = (stderr: string): string => stderr.replace(/^[EWIF]\d{4} .*\n?/gm, '').trim()
