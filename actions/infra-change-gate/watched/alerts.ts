import { isBot } from '../../../shared/github/bot.js'
import { repoRef } from '../../../shared/github/client.js'
import { openOwnIssue } from '../../../shared/github/own-issue.js'
import type { Place } from '../../../shared/records/gate-deployments.js'
import { waitingIssues, waitingLabel } from '../../../shared/report/waiting-issues.js'
import type { OutsideContext } from '../outside/judge.js'
import { type Alert, markerOf, type Told, type Watched, watchedIn } from './alert.js'

/** The gate App's own, newest first: nobody else can silence one with an issue that looks like it. */
export async function readAlerts(
  { github, policy, world }: OutsideContext,
  state: 'open' | 'all',
): Promise<(Alert & { watched: Watched })[]> {
  const all = await waitingIssues(github, world.run.repository, state)
  return all.flatMap(({ number, state: now, body, user }) => {
    const watched = isBot(user, policy.apps.gate.bot) ? watchedIn(body ?? '') : undefined
    return watched ? [{ number, state: now === 'open' ? 'open' : 'closed', body: body ?? '', watched }] : []
  })
}

export const sameWatch = (one: Watched, other: Watched): boolean => markerOf(one) === markerOf(other)

/** @param title of one that is opened */
export async function tell({ github, repo, gateBot }: Place, told: Told, title: string): Promise<void> {
  switch (told.kind) {
    case 'nothing':
      return
    case 'open':
      await openOwnIssue(github, repo, gateBot, { title, body: told.body, labels: [waitingLabel] })
      return
    case 'change': {
      const { number: issue_number, body, state } = told
      await github.rest.issues.update({ ...repoRef(repo), issue_number, body, state })
    }
  }
}
