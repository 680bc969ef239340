import { operatorIssues, operatorLabel } from '../../../shared/duty/operator-issues.js'
import { isBot } from '../../../shared/github/bot.js'
import { repoRef } from '../../../shared/github/client.js'
import { openOwnIssue } from '../../../shared/github/own-issue.js'
import type { RecordPlace } from '../../../shared/records/gate-deployments.js'
import type { ExternalChangeContext } from '../evaluate.js'
import { type Alert, markerOf, type PostedAlert, type SoakedDeploy, soakedIn } from './decide-alert.js'

/** The gate App's own, newest first: nobody else can silence one with an issue that looks like it. */
export async function readAlerts(
  { github, policy, world }: ExternalChangeContext,
  state: 'open' | 'all',
): Promise<(Alert & { watched: SoakedDeploy })[]> {
  const all = await operatorIssues(github, world.run.repository, state)
  return all.flatMap(({ number, state: now, body, user }) => {
    const watched = isBot(user, policy.apps.gate.bot) ? soakedIn(body ?? '') : undefined
    return watched ? [{ number, state: now === 'open' ? 'open' : 'closed', body: body ?? '', watched }] : []
  })
}

export const isSameSoak = (one: SoakedDeploy, other: SoakedDeploy): boolean => markerOf(one) === markerOf(other)

/** @param title of one that is opened */
export async function postAlert(
  { github, repo, gateBot }: RecordPlace,
  told: PostedAlert,
  title: string,
): Promise<void> {
  switch (told.kind) {
    case 'nothing':
      return
    case 'open':
      await openOwnIssue(github, repo, gateBot, { title, body: told.body, labels: [operatorLabel] })
      return
    case 'change': {
      const { number: issue_number, body, state } = told
      await github.rest.issues.update({ ...repoRef(repo), issue_number, body, state })
    }
  }
}
