import type { Exec } from '../exec/exec.js'
import type { Clock } from '../foundation/clock.js'
import type { Log } from '../foundation/log.js'
import type { RunFacts } from '../foundation/run-facts.js'
import type { GitHub } from '../github/client.js'
import type { Token } from '../github/token.js'
import type { Http } from '../registry/registry-http.js'

/** Everything an action may touch besides its inputs. Nothing deeper down reads the environment or a global. */
export interface Runtime {
  run: RunFacts
  log: Log
  clock: Clock
  exec: Exec
  http: Http
  github(token: Token): GitHub
  /** Aborted when the runner asks the action to stop. */
  cancelled: AbortSignal
  /** Adds Markdown to the run's summary page. */
  summary(markdown: string): Promise<void>
}
