import type { Outcome } from '../../shared/action/action.js'
import type { DeploymentFacts } from '../../shared/action/result.js'
import type { World } from '../../shared/action/world.js'
import { collectFacts, diagnose } from '../../shared/kube/diagnosis.js'
import { withoutAddresses } from '../../shared/kube/messages.js'
import type { Site } from './deploy.js'
import { describeDeploy } from './describe.js'
import { classifyFailure, failureFix } from './failure.js'
import type { Io } from './io.js'

interface Failed {
  world: World
  site: Site
  /** What Helm said. */
  stderr: string
  /** The release's revision before the upgrade. */
  before: number | undefined
  since: Date
  deployment: DeploymentFacts
}

/** Looks at the cluster first, as a person would, and then says in one sentence what was the cause. */
export async function failed({
  world,
  site,
  stderr,
  before,
  since,
  deployment,
}: Failed): Promise<Outcome<Io['outputs']>> {
  // A cluster that does not answer any more has no revision to tell.
  const after = await site.helm.latest(site.release).catch(() => undefined)
  const reason = classifyFailure({ stderr, before, after: after?.revision })
  // Where nothing was applied, the pods tell of what was there before.
  const { cause, details } =
    reason === 'not-applied'
      ? { cause: undefined, details: [] }
      : diagnose(await collectFacts(site.kubectl, site.release, since))
  const helmSaid = lastWords(stderr)
  const first = reason === 'unhealthy' ? (cause ?? helmSaid) : helmSaid
  const all = [...(first === cause ? [`Helm: ${helmSaid}`] : cause ? [cause] : []), ...details]

  await world.log.group('What the cluster shows', async () => {
    for (const line of all) world.log.info(line)
  })
  const headline = `${words[reason] ?? 'The deploy failed'}: ${first}`
  await world.summary(describeDeploy(world.run, site.cluster.name, headline, all))
  return {
    finding: {
      decision: 'failed',
      reason,
      message: headline,
      cluster: site.cluster.name,
      release: site.release,
      namespace: site.namespace,
      ...(after === undefined ? {} : { revision: after.revision }),
      commit: world.run.sha,
      deployment,
      evidence: all.map((text) => ({ kind: 'diagnosis', ok: false, text })),
    },
    outputs: { changed: String(after?.revision !== before), revision: String(after?.revision ?? '') },
    problem: `${site.cluster.name}: ${headline}\n${failureFix[reason] ?? ''}`,
  }
}

const words: Partial<Record<string, string>> = {
  'release-busy': 'Another operation on this release is in progress or was cut off',
  'cluster-unreachable': 'The cluster did not answer',
  'not-applied': 'The change was not applied',
  unhealthy: 'It was applied, but did not become healthy',
}

const lastWords = (stderr: string): string =>
  withoutAddresses(stderr)
    .replace(/^.*(WARNING|level=).*$/gm, '')
    .replace(/\s+/g, ' ')
    .replace(/^.*?Error: ((UPGRADE|INSTALLATION) FAILED: )?/, '')
    .trim()
    .slice(-600) || 'Helm gave no reason'
