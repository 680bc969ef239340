import { generateKeyPairSync } from 'node:crypto'
import { importSPKI, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { appJwt } from '../../../../shared/github/app-jwt.js'

test.each(['pkcs1', 'pkcs8'] as const)('an App signs who it is with its key (%s)', async (type) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type, format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const now = new Date('2026-11-23T12:00:00Z')

  const jwt = appJwt(4711, privateKey, now)

  const key = await importSPKI(publicKey, 'RS256')
  const { payload } = await jwtVerify(jwt, key, { algorithms: ['RS256'], currentDate: now })
  expect(payload).toMatchObject({ iss: '4711' })
  // GitHub takes ten minutes at the most, and clocks differ.
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(540)
})

test('what is no key is said without showing it', () => {
  const attempt = (): string => appJwt(4711, 'not a key at all', new Date())
  expect(attempt).toThrow('The private key of the App 4711 is not valid.')
})
