import { UserError } from '../../../shared/foundation/errors.js'
import type { Tier } from '../../../shared/policy/types.js'
import { keepObjects } from '../../../shared/rollback-safety/keep-objects.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { Io } from '../io.js'
import { readPlan } from '../plan/plan-file.js'
import { isUnchanged, upgradedBy } from './decide.js'
import { describeDeploy } from './describe.js'
import { preflightReleases } from './preflight.js'
import { waitForTurn } from './turn.js'
import type { DeployContext, ReleaseOutcome, TargetRevision } from './types.js'
import { type ReadyRelease, releasedAs } from './types.js'
import { unlockRelease } from './unlock-release.js'
import { upgradeRelease } from './upgrade.js'
import { type ReleaseContext, withReleases } from './with-releases.js'

/**
 * Brings the releases of one cluster to this run's commit, one after the other, and says why if that fails: what comes after
 * a failure is not touched. Never rolls back, never uninstalls: what is there afterwards is the evidence.
 *
 * @throws UserError where it must not be tried; nothing was deployed then.
 */
export async function deployCluster(
  context: DeployContext & { tier: Tier | '' },
): Promise<ActionOutcome<Io['outputs']>> {
  const { cluster, world } = context
  const { clusters } = readPlan(context.plan, world.run, cluster.name)
  if (context.tier === 'T3') await waitForTurn(context)
  const planned = clusters.find(({ name }) => name === cluster.name)?.from
  const aim = {
    commit: world.run.sha,
    description: `${upgradedBy(world.run)}${world.run.attempt}`,
    done: 'deployed',
    same: 'unchanged',
  } as const
  return withReleases(context, async (sites, temp) =>
    upgradeAll(context, await preflightReleases(context, sites, temp, planned), aim),
  )
}

/** Brings a cluster's releases to what was made ready, one after the other. */
export async function upgradeAll(
  context: ReleaseContext,
  ready: ReadyRelease[],
  aim: TargetRevision,
): Promise<ActionOutcome<Io['outputs']>> {
  const brought: ReleaseOutcome[] = []
  for (const one of ready) {
    brought.push(await bring(context, one, aim).catch(failedAfter(brought)))
    if (brought.at(-1)?.failure) break
  }
  return ended(context, ready, brought, aim)
}

async function bring(context: ReleaseContext, ready: ReadyRelease, aim: TargetRevision): Promise<ReleaseOutcome> {
  const { latest, verified, made } = ready
  if (latest && isUnchanged({ latest, verified, digest: made.inputDigest, run: context.world.run })) {
    return { released: releasedAs(ready, latest.revision), changed: false, evidence: [] }
  }
  await keepObjects(ready.site, ready.keep, context.world.log)
  const freed = await unlockRelease(context, ready)
  return typeof freed === 'object' ? freed : upgradeRelease(context, ready, freed, aim)
}

/** Once something was brought, a refusal is a failure: the result has to say what is there. */
const failedAfter =
  (brought: ReleaseOutcome[]) =>
  (error: unknown): ReleaseOutcome => {
    if (!(error instanceof UserError) || !brought.some(({ changed }) => changed)) throw error
    const { reason, message, fix } = error
    return {
      released: undefined,
      changed: false,
      evidence: [],
      failure: { reason, headline: message, details: [], fix },
    }
  }

async function ended(
  { world, cluster }: ReleaseContext,
  ready: ReadyRelease[],
  brought: ReleaseOutcome[],
  { commit, done, same }: TargetRevision,
): Promise<ActionOutcome<Io['outputs']>> {
  const changed = brought.some((one) => one.changed)
  const releases = brought.flatMap(({ released }) => released ?? [])
  const about = { cluster: cluster.name, releases, commit }
  const evidence = brought.flatMap((one) => one.evidence)
  const outputs = { changed: String(changed) }
  const failure = brought.at(-1)?.failure
  if (!failure) {
    const list = releases.map(({ name, revision }) => `${name} revision ${revision}`).join(', ')
    const message = changed
      ? `${cluster.name} has ${list} now; whether it serves users, the smoke test says.`
      : `${cluster.name} has exactly this already (${list}).`
    world.log.info(message)
    const [decision, reason] = changed ? ([done, 'ok'] as const) : ([same, 'up-to-date'] as const)
    return { finding: { decision, reason, message, ...about, evidence }, outputs }
  }
  const [failing, ...later] = ready.slice(brought.length - 1).map(({ site }) => site.name)
  const headline = ready.length === 1 ? failure.headline : `${failing}: ${failure.headline}`
  const details = [...failure.details, ...later.map((name) => `${name} comes after it and was not touched`)]
  await world.log.group('What the cluster shows', async () => {
    for (const line of details) world.log.info(line)
  })
  await world.summary(describeDeploy(world.run, cluster.name, headline, details))
  const diagnosis = details.map((text) => ({ kind: 'diagnosis', ok: false, text }))
  return {
    finding: {
      decision: 'failed',
      reason: failure.reason,
      message: headline,
      ...about,
      evidence: [...evidence, ...diagnosis],
    },
    outputs,
    problem: `${cluster.name}: ${headline}\n${failure.fix}`,
  }
}
