import { actionsRuns } from './actions-runs.js'
import { checks } from './checks.js'
import { deployments } from './deployments.js'
import { jobToken } from './job-token.js'
import { limits } from './limits.js'
import { merging } from './merging.js'
import { permissions } from './permissions.js'
import type { Probe } from './probe.js'
import { whoDidIt } from './who-did-it.js'

/** Every row that the probe settles, once; docs/probe.md lists the others. */
export const probes: readonly Probe[] = [
  ...whoDidIt,
  ...checks,
  ...merging,
  ...deployments,
  ...permissions,
  ...limits,
  ...jobToken,
  ...actionsRuns,
]
