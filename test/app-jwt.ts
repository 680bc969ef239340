import { importPKCS8, SignJWT } from 'jose'

/** By what an App says who it is, as GitHub wants it: valid for less than ten minutes, and begun a little ago. */
export async function testAppJwt(appId: number, privateKey: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(String(appId))
    .setIssuedAt(now - 30)
    .setExpirationTime(now + 540)
    .sign(await importPKCS8(privateKey, 'RS256'))
}
