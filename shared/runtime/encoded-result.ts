import { encodeOutput } from '../foundation/encoded.js'
import type { Result } from '../foundation/result.js'

/** In bytes: four results reach the next job in one variable, and Linux takes 128 KiB in one. */
const room = { message: 2_000, evidence: 8_000 }

/** What the next job needs of a result: the whole, but for evidence beyond what fits, of which what is not well comes first. */
export function encodedResult(result: Result): string {
  let left = room.evidence
  const evidence = result.evidence
    .toSorted((a, b) => Number(a.ok) - Number(b.ok))
    .filter((one) => {
      left -= Buffer.byteLength(JSON.stringify(one))
      return left >= 0
    })
  return encodeOutput(JSON.stringify({ ...result, message: result.message.slice(0, room.message), evidence }))
}
