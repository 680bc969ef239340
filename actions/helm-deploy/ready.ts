import { atOnce } from '../../shared/action/at-once.js'
import { UserError } from '../../shared/action/errors.js'
import { repoRef } from '../../shared/github/client.js'
import { helmVersion } from '../../shared/helm/helm.js'
import { type Copied, complete, copyInputs } from '../../shared/helm/prepare.js'
import type { Site } from '../../shared/helm/sites.js'
import { type DeploymentRecord, lastSuccess } from '../../shared/records/deployments.js'
import { readStanding } from '../../shared/records/standing.js'
import { forbidding, readBlockers, refusalOf } from './blockers.js'
import { type DeployFacts, decideDeploy } from './decide.js'
import { refuseUnlessFree } from './free.js'
import type { Found, Ready } from './release-types.js'
import { keptOnTheWay } from './way-back.js'
import type { SiteContext } from './with-sites.js'

/**
 * Finds out everything about a cluster's releases before any of them is touched. What does not depend on another is asked at
 * the same time.
 *
 * @param expected the commit that is probably verified there: how this run's lies to it is asked at once.
 * @throws UserError the first thing that stands against one of them.
 */
export async function makeReady(
  context: SiteContext,
  sites: Site[],
  temp: string,
  expected?: string,
): Promise<Ready[]> {
  // First, while no program is at work that it would have to wait for.
  const copied: (readonly [Site, Copied])[] = []
  for (const site of sites) copied.push([site, await copyInputs(context, site, temp)])
  const { policy, github, world, cluster, kubeconfig } = context
  const repo = world.run.repository
  const record = lastSuccess({ github, repo, gateBot: policy.apps.gate.bot }, cluster.name)
  const relation = relationOf(context)
  if (expected !== undefined) relation(expected).catch(() => undefined)
  const readyOne = async (site: Site, inputs: Copied): Promise<Found> => {
    const [{ identity, verified }, made, latest] = await atOnce([
      check(site, kubeconfig, world.run.sha, record, relation),
      complete(context, site, inputs),
      site.helm.latest(site.name),
    ])
    return { site, identity, verified, made, latest }
  }
  const readyAll = async (): Promise<Found[]> => {
    const all: Found[] = []
    // One after the other: two that fetch dependencies would write the same index files in Helm's cache.
    for (const [site, inputs] of copied) all.push(await readyOne(site, inputs))
    return all
  }
  const [, blockers, ready] = await atOnce([helmVersion(world.exec), readBlockers(github, repo, policy), readyAll()])
  // What is verified here may come again, whatever is held and whoever does not answer: that is the way back.
  const changed = ready.find(({ made, verified }) => made.inputDigest !== verified.inputDigest)
  const [blocker] = changed ? await forbidding(blockers, changed.made.components, policy, github) : []
  if (blocker) throw refusalOf(blocker)
  for (const one of ready) await refuseUnlessFree(context, one)
  const kept: Ready[] = []
  for (const one of ready) kept.push({ ...one, keep: await keptOnTheWay(one, context.workspace) })
  return kept
}

type RelationOf = (commit: string) => Promise<DeployFacts['relation']>

/** Refuses the wrong cluster, and a commit that does not contain what is verified there. */
async function check(
  site: Site,
  kubeconfig: string,
  head: string,
  record: Promise<DeploymentRecord | undefined>,
  relation: RelationOf,
): Promise<Pick<Ready, 'identity' | 'verified'>> {
  const { cluster, name, namespace, kubectl } = site
  const asked = readStanding(kubeconfig, kubectl, site).then(async ({ identity, verified }) => ({
    identity,
    verified,
    lies: verified && (await relation(verified.commit)),
  }))
  const [{ identity, verified, lies }, last] = await atOnce([asked, record])
  const recorded = last?.releases.find((one) => one.name === name && one.namespace === namespace)?.identity
  const facts = { cluster: cluster.name, release: name, head, recorded, found: identity, verified, relation: lies }
  const decision = decideDeploy(facts)
  if (decision.kind === 'refuse') throw new UserError(decision.reason, decision.message, { fix: decision.fix })
  if (verified) return { identity, verified }
  throw new Error('a cluster without a verified state was let through')
}

/** How this run's commit lies to another one; each is asked about once. */
function relationOf({ github, world }: SiteContext): RelationOf {
  const known = new Map<string, ReturnType<RelationOf>>()
  const ask: RelationOf = async (commit) => {
    const basehead = `${commit}...${world.run.sha}`
    const where = { ...repoRef(world.run.repository), basehead, per_page: 1 }
    return (await github.rest.repos.compareCommitsWithBasehead(where)).data.status
  }
  return (commit) => {
    const asked = known.get(commit) ?? ask(commit)
    known.set(commit, asked)
    return asked
  }
}
