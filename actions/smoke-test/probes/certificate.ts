import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { connect } from 'node:tls'

/** A server's own certificate, or why it could not be had. */
export type PresentedCertificate = X509Certificate | { none: string }

/** Fetches the certificate of an https URL, valid or not: whether it is trusted is what the request itself shows. */
export function certificateOf(
  url: URL,
  timeout: number,
  through?: { host: string; port: number },
): Promise<PresentedCertificate> {
  if (url.protocol !== 'https:') return Promise.resolve({ none: 'http has no certificate' })
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(url.port || 443),
      ...through,
      rejectUnauthorized: false,
      ...(isIP(host) ? {} : { servername: host }),
    })
    const end = (presented: PresentedCertificate): void => {
      socket.destroy()
      resolve(presented)
    }
    socket.setTimeout(timeout, () => end({ none: 'no TLS answer in time' }))
    socket.once('error', (error) => end({ none: error.message }))
    socket.once('secureConnect', () => end(socket.getPeerX509Certificate() ?? { none: 'the server sent none' }))
  })
}
