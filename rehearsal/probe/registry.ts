import type { Probe } from './probe.js'
import { whoDidIt } from './who-did-it.js'

/** Every row that the probe settles, once; docs/probe.md lists the others. */
export const probes: readonly Probe[] = [...whoDidIt]
