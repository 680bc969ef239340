import { decodeJwt, errors, importSPKI, jwtVerify } from 'jose'
import { badCredentials, Refusal } from './errors.js'
import type { Caller } from './identities.js'
import type { State } from './state.js'

/**
 * Who sends `authorization`: `token X`, `Bearer X` or Basic (of which only the password counts, as for git).
 *
 * @throws Refusal 401 for a token that is unknown, expired or revoked, or a JWT that its App's key did not sign.
 */
export async function identifyCaller(state: State, authorization: string | undefined): Promise<Caller> {
  const secret = readSecret(authorization)
  if (secret === undefined) return { kind: 'none' }
  if (secret.split('.').length === 3) return identifyApp(state, secret)
  const token = state.tokens.get(secret)
  if (!token || token.expires < Date.now()) throw badCredentials()
  return token.caller
}

function readSecret(authorization: string | undefined): string | undefined {
  if (!authorization) return undefined
  const [, scheme = '', value = ''] = /^(\S+)\s+(.*)$/.exec(authorization) ?? []
  if (scheme.toLowerCase() !== 'basic') return value
  const [user = '', ...password] = Buffer.from(value, 'base64').toString().split(':')
  // Git sends the token as the password; some clients put it into the user's place and leave the password empty.
  return password.join(':') || user
}

async function identifyApp(state: State, jwt: string): Promise<Caller> {
  const app = state.apps.get(issuer(jwt))
  if (!app) throw new Refusal(401, 'A JSON web token could not be decoded')
  try {
    const key = await importSPKI(app.publicKey, 'RS256')
    const { payload } = await jwtVerify(jwt, key, {
      algorithms: ['RS256'],
      clockTolerance: 60,
      requiredClaims: ['exp', 'iat'],
    })
    const lifetime = (payload.exp ?? 0) - (payload.iat ?? 0)
    if (lifetime > 11 * 60) throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
    return { kind: 'app', app, account: app.bot }
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new Refusal(401, 'A JSON web token could not be decoded')
    throw error
  }
}

function issuer(jwt: string): number {
  try {
    return Number(decodeJwt(jwt).iss)
  } catch {
    return Number.NaN
  }
}
