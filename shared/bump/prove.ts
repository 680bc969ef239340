import { type Proof, type ProvenChange, provePureBump } from './proof.js'
import { type PureRevert, provePureRevert } from './revert.js'

/**
 * A bump, or else the way back; what is neither is told about as a bump, since nearly everything is meant as one.
 *
 * The way back is proven by this repository alone: an upstream that does not answer must not shut it.
 *
 * @param verified commits that are verified on every cluster; asked for only where it is no bump, and changes inputs alone
 * @throws what `provePureBump` throws, where it is not the way back either
 */
export async function provePure(change: ProvenChange, verified: () => Promise<string[]>): Promise<Proof | PureRevert> {
  const bump = await provePureBump(change).catch((error: unknown) => ({ error }))
  if ('pure' in bump && bump.pure) return bump
  const revert = await provePureRevert({ ...change, verified })
  if (revert.pure) return revert
  if ('error' in bump) throw bump.error
  return bump
}
