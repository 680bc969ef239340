import { setTimeout as delay } from 'node:timers/promises'
import * as core from '@actions/core'
import type { Runtime } from '../action/runtime.js'
import { execIn } from '../exec/exec.js'
import type { Log } from '../foundation/log.js'
import { readRun } from '../foundation/run-facts.js'
import { connectGitHub } from '../github/client.js'
import { requestUsage } from '../github/usage.js'
import { dockerLogins } from '../registry/logins.js'

/** Every output with a masked text is dropped: a password that is an ordinary word would take many with it. */
function maskLogin(secret: string): void {
  if (secret.length >= 6) core.setSecret(secret)
  else core.warning('The password of a registry login is too short to be masked. Use a longer one.')
}

/**
 * The real world, as the runner gives it, and what was asked of GitHub in it so far, in one line.
 *
 * @param hide takes secrets out of a text.
 */
export function realRuntime(
  env: NodeJS.ProcessEnv,
  cancelled: AbortSignal,
  hide: (text: string) => string,
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
    exec: execIn(run.workspace, cancelled, hide),
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
