import type { Runtime } from '../../shared/action/runtime.js'
import type { GitHub } from '../../shared/github/client.js'

/** What the doctor may look with. */
export interface Tools {
  world: Pick<Runtime, 'github' | 'clock' | 'http' | 'run'>
  /** The gate App's token. */
  github: GitHub
  /** A job's own token: environments and workflows, here and upstream. */
  reader: GitHub
  /** May read the repository's settings; undefined where nobody gave such a token. */
  settings: GitHub | undefined
  /** The Apps' private keys; empty where not given. */
  keys: { gate: string; bump: string }
  /** What a job without an environment saw, see doctor.yml; empty where nobody looked. */
  keysOutside: string
}
