import type { Released } from '../shared/foundation/result.js'

/** A release as the result of a deploy has it. */
export const released = (change: Partial<Released> = {}): Released => ({
  name: 'meta',
  namespace: 'staging',
  revision: 2,
  identity: { ca: 'ca', namespaceUid: 'uid' },
  inputDigest: 'digest',
  components: {},
  ...change,
})
