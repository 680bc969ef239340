// The name is not known, or no route leads there: nobody was asked.
const ownNetwork = ['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN']

const tlsWords: Record<string, string> = {
  CERT_HAS_EXPIRED: 'the TLS certificate has expired',
  CERT_NOT_YET_VALID: 'the TLS certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the TLS certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the TLS certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the TLS certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the TLS certificate is of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the TLS certificate is of an unknown authority',
}

/** Why no answer came, in words. `unknown`: the tester's own network failed. @param limit how long (ms) was waited. */
export function networkTrouble(error: unknown, limit: number): { unknown: boolean; text: string } {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { unknown: false, text: `no answer within ${(limit / 1000).toFixed(1)} s` }
  }
  const codes = codesOf(error)
  const [first] = codes
  const unknown = codes.length > 0 && codes.every((code) => ownNetwork.includes(code))
  const words = first === undefined ? undefined : tlsWords[first]
  const text = words === undefined ? first : `${words} (${first})`
  return { unknown, text: text ?? (error instanceof Error ? error.message : String(error)) }
}

/** A name with several addresses fails with an error for each of them. */
export function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  if (error instanceof AggregateError) return error.errors.flatMap(codesOf)
  if (error.cause !== undefined) return codesOf(error.cause)
  return 'code' in error && typeof error.code === 'string' ? [error.code] : []
}
