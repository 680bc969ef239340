import type { Outcome } from '../../shared/action/action.js'
import type { DeploymentFacts, Evidence } from '../../shared/action/result.js'
import type { World } from '../../shared/action/world.js'
import type { Found } from '../../shared/helm/read-back.js'
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
  found: Found
  since: Date
  deployment: DeploymentFacts
  /** What is to be told besides. */
  told?: Evidence[]
}

/** Looks at the cluster first, as a person would, and then says in one sentence what was the cause. */
export async function failed({
  world,
  site,
  stderr,
  before,
  found,
  since,
  deployment,
  told = [],
}: Failed): Promise<Outcome<Io['outputs']>> {
  const after = found.latest
  const reason = classifyFailure({ stderr, before, after: after?.revision, unreadable: found.unreadable })
  // Where nothing was applied, the pods tell of what was there before; a cluster that does not answer tells nothing.
  const { cause, details, complete } =
    reason === 'unhealthy'
      ? diagnose(await collectFacts(site.kubectl, site.release, since))
      : { cause: undefined, details: [], complete: false }
  const helmSaid = lastWords(stderr)
  const first = cause ?? (complete ? `${helmSaid}. By now every workload is ready: run this job again` : helmSaid)
  const all = [...(cause ? [`Helm: ${helmSaid}`] : []), ...details]

  await world.log.group('What the cluster shows', async () => {
    for (const line of all) world.log.info(line)
  })
  const headline = `${hook.test(stderr) ? 'A hook of the chart failed' : (words[reason] ?? 'The deploy failed')}: ${first}`
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
      evidence: [...told, ...all.map((text) => ({ kind: 'diagnosis', ok: false, text }))],
    },
    outputs: { changed: String(after?.revision !== before), revision: String(after?.revision ?? '') },
    problem: `${site.cluster.name}: ${headline}\n${failureFix[reason] ?? ''}`,
  }
}

/** A hook may have failed before anything else was applied. */
const hook = /(pre|post)-\w+ hooks? failed/

const words: Partial<Record<string, string>> = {
  'release-busy': 'Another operation on this release is in progress or was cut off',
  'cluster-unreachable': 'The cluster did not answer',
  'not-applied': 'The change was not applied',
  'missing-permission': 'The cluster does not accept the credentials any more',
  unhealthy: 'It was applied, but did not become healthy',
}

const lastWords = (stderr: string): string =>
  withoutAddresses(stderr)
    .replace(/^.*(WARNING|level=).*$/gm, '')
    .replace(/\s+/g, ' ')
    .replace(/^.*?Error: ((UPGRADE|INSTALLATION) FAILED: )?/, '')
    .trim()
    .slice(-600) || 'Helm gave no reason'
