import { showPath } from '../yaml/path.js'
import type { Target } from './types.js'

/** A target as the policy file spells it: `FILE#DEPENDENCY` or `FILE#PATH`. */
export const showTarget = (target: Target): string =>
  `${target.file}#${target.kind === 'chart' ? target.dependency : showPath(target.path)}`
