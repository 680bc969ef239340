import { setTimeout as delay } from 'node:timers/promises'
import * as core from '@actions/core'
import { dockerLogins } from '../artifact/logins.js'
import type { Http } from '../artifact/registry-http.js'
import { type Exec, execIn } from '../exec/exec.js'
import { secretRedactor } from '../exec/redact.js'
import { connectGitHub, type GitHub } from '../github/client.js'
import { requestUsage } from '../github/usage.js'
import { type RunFacts, readRun } from './run-facts.js'

export interface Log {
  info(message: string): void
  warning(message: string): void
  /** Everything written by `body` is folded under `title`. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>
}

export interface Clock {
  now(): Date
  /** Rejects at once when the run is cancelled, or what it `until` waits for is there: a forgotten timer keeps the process alive. */
  sleep(milliseconds: number, until?: AbortSignal): Promise<void>
}

/** Everything an action may touch besides its inputs. Nothing deeper down reads the environment or a global. */
export interface Runtime {
  run: RunFacts
  log: Log
  clock: Clock
  exec: Exec
  http: Http
  github(token: string): GitHub
  /** Aborted when the runner asks the action to stop. */
  cancelled: AbortSignal
  /** Adds Markdown to the run's summary page. */
  summary(markdown: string): Promise<void>
}

/** Every output with a masked text is dropped: a password that is an ordinary word would take many with it. */
function maskLogin(secret: string): void {
  if (secret.length >= 6) core.setSecret(secret)
  else core.warning('The password of a login to a registry is too short to be hidden. Use a longer one.')
}

/** The real world, as the runner gives it, and what was asked of GitHub in it so far, in one line. */
export function realRuntime(
  env: NodeJS.ProcessEnv,
  cancelled: AbortSignal,
  secrets: string[],
): Runtime & { asked(name: string): string | undefined } {
  const run = readRun(env)
  const asked = requestUsage()
  const log: Log = { info: core.info, warning: (message) => core.warning(message), group: core.group }
  return {
    run,
    log,
    clock: {
      now: () => new Date(),
      sleep: (ms, until) => delay(ms, undefined, { signal: until ? AbortSignal.any([cancelled, until]) : cancelled }),
    },
    exec: execIn(run.workspace, cancelled, secretRedactor(secrets)),
    http: Object.assign((...request: Parameters<typeof fetch>) => fetch(...request), {
      login: dockerLogins(env, maskLogin),
    }),
    github: (token) => connectGitHub(token, run, log, asked),
    asked: asked.say,
    cancelled,
    summary: async (markdown) => {
      if (env.GITHUB_STEP_SUMMARY) await core.summary.addRaw(markdown, true).write()
    },
  }
}
