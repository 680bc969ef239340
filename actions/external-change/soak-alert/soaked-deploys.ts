import type { Policy } from '../../../shared/policy/policy.js'
import { type Ending, lastSuccessOn } from '../../../shared/records/deployments.js'
import type { ExternalChangeContext } from '../evaluate.js'
import { isSameSoak, postAlert, readAlerts } from './alerts.js'
import { movedOn, type SoakedDeploy } from './decide-alert.js'
import type { SoakRequest } from './request.js'

/** A cluster's newest dangerous change that came by a merge and stands, and what is verified there now. */
interface Standing {
  change: Ending
  deployed: Ending
}

/**
 * Whether the cluster is looked at in this hour: as long as the policy has a dangerous change watched, and then until it is well
 * again, or somebody closes the issue. Pure.
 *
 * @param told those that an open issue tells of
 */
export function soakRequestFor(
  { soak }: Pick<Policy, 'soak'>,
  cluster: string,
  { change, deployed }: Standing,
  told: readonly SoakedDeploy[],
  now: Date,
): SoakRequest | undefined {
  const order = { cluster, change: change.record.commit, deployed: deployed.record }
  const young = now.getTime() < Date.parse(change.at) + soak.T3
  return young || told.some((one) => isSameSoak(one, order)) ? order : undefined
}

/**
 * Every cluster that is looked at in this hour after a dangerous change was merged. Closes the issues about what is not there any
 * more, since it went back or a newer one came. A code bump in between ends nothing: the change is still there.
 */
export async function soakedDeploys(context: ExternalChangeContext): Promise<SoakRequest[]> {
  const { github, policy, world } = context
  const repo = world.run.repository
  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const alerts = await readAlerts(context, 'open')
  const told = alerts.map(({ watched }) => watched)
  const orders: SoakRequest[] = []
  for (const { name } of policy.clusters) {
    const change = await lastSuccessOn(place, name, 'T3')
    const deployed = change && (await lastSuccessOn(place, name))
    const order = deployed && soakRequestFor(policy, name, { change, deployed }, told, world.clock.now())
    if (order) orders.push(order)
  }
  for (const { number, watched } of alerts) {
    if (orders.some((order) => isSameSoak(order, watched))) continue
    await postAlert(
      { github, repo, gateBot: policy.apps.gate.bot },
      { kind: 'change', number, body: movedOn(watched), state: 'closed' },
      '',
    )
  }
  return orders
}
