import { setTimeout as delay } from 'node:timers/promises'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { hasStatus } from '../../shared/github/errors.js'
import type { Leftover } from './leftovers.js'
import { removeHubServer } from './probes/hub-api.js'
import { authorizationHeader } from './probes/kernel.js'

export interface CleanupPart {
  http: typeof fetch
  github(token: string): GitHub
}

const patience = 10_000
const attempts = 3

/**
 * Removes one thing that a check made outside. Takes no part in the run's cancelling: it is what has to happen then.
 *
 * @throws Error where it is still there.
 */
export async function cleanUp(leftover: Leftover, tidier: CleanupPart): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await removeOnce(leftover, tidier)
    } catch (error) {
      if (attempt === attempts) throw error
      await delay(attempt * 500)
    }
  }
}

async function removeOnce(leftover: Leftover, { http, github }: CleanupPart): Promise<void> {
  if (leftover.kind === 'launched') {
    const request = { method: 'POST', headers: authorizationHeader(leftover), signal: AbortSignal.timeout(patience) }
    const { status } = await http(`${leftover.url}api/shutdown`, request)
    // A server that is gone is no longer routed to.
    if (![200, 404, 424, 503].includes(status)) throw new Error(`the server cannot be shut down: it answers ${status}`)
    return
  }
  if (leftover.kind === 'hub') return removeHubServer(leftover, http)
  const ref = `heads/${leftover.branch}`
  await github(leftover.token)
    .rest.git.deleteRef({ ...repoRef(leftover.repo), ref })
    .catch((error: unknown) => {
      if (!hasStatus(error, 404) && !hasStatus(error, 422)) throw error
    })
}
