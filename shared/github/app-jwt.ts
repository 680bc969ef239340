import { createPrivateKey, sign } from 'node:crypto'
import { UserError } from '../foundation/errors.js'

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * By what an App itself speaks to GitHub, for nine minutes; begun a little ago, for clocks that differ.
 *
 * @param key PEM, as GitHub gives it.
 * @throws UserError `input-invalid` where that is no private key.
 */
export function appJwt(app: number | string, key: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000)
  const claims = { iss: String(app), iat: seconds - 30, exp: seconds + 510 }
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`
  try {
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), createPrivateKey(key)).toString('base64url')}`
  } catch {
    throw new UserError('input-invalid', `The private key of the App ${app} is not valid.`, {
      fix: 'Put the whole .pem file that GitHub gave you into the secret, with its first and its last line.',
    })
  }
}
