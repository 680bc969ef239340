import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import { runKey } from '../../shared/action/facts.js'
import type { DeploymentFacts, Evidence, Finding } from '../../shared/action/result.js'
import { repoRef } from '../../shared/github/client.js'
import { type Helm, helmFor } from '../../shared/helm/helm.js'
import { prepare as prepareChart } from '../../shared/helm/prepare.js'
import { readBack } from '../../shared/helm/read-back.js'
import { type Identity, readIdentity } from '../../shared/kube/identity.js'
import { withKubeconfig } from '../../shared/kube/kubeconfig.js'
import { type Kubectl, kubectlFor } from '../../shared/kube/kubectl.js'
import type { Cluster } from '../../shared/policy/policy.js'
import { isPending, writeWork } from '../../shared/records/at-work.js'
import { lastSuccess } from '../../shared/records/deployments.js'
import { readVerified, type Verified } from '../../shared/records/verified.js'
import { forbidding, readBlockers, refusalOf } from './blockers.js'
import { bringCrds } from './crds.js'
import { broughtBy, decideDeploy, isUnchanged } from './decide.js'
import { failed } from './failed.js'
import { free } from './free.js'
import type { Io } from './io.js'
import { readPlan } from './plan-file.js'
import { type Context, namespaceOf, releaseName } from './target.js'
import { watchWhile } from './watch.js'

export interface DeployContext extends Context {
  cluster: Cluster
  /** The file's content. */
  kubeconfig: string
  plan: string
}

/** The cluster to deploy to, with the tools for it. */
export interface Site {
  cluster: Cluster
  release: string
  namespace: string
  kubectl: Kubectl
  helm: Helm
}

/** A chart with its dependencies and values, ready for Helm. */
export interface Package {
  chart: string
  values: string[]
  deployment: DeploymentFacts
}

/**
 * Brings one cluster to this run's commit, and says why if that fails. Never rolls back, never uninstalls: what is there
 * afterwards is the evidence.
 *
 * @throws UserError where it must not be tried; nothing was deployed then.
 */
export async function deploy(context: DeployContext): Promise<Outcome<Io['outputs']>> {
  const { cluster, kubeconfig, world } = context
  readPlan(context.plan, world.run, cluster.name)
  const blockers = await readBlockers(context.github, world.run.repository, context.policy)

  return withSite(context, kubeconfig, async (site, temp) => {
    const identity = await readIdentity(kubeconfig, site.kubectl, site.namespace)
    const verified = await checkCluster(context, site, identity)
    const made = await prepare(context, site, identity, temp)
    // What is verified here may come again, whatever is held and whoever does not answer: that is the way back.
    if (made.deployment.inputDigest !== verified.inputDigest) {
      const [blocker] = await forbidding(blockers, made.deployment.components, context.policy, context.github)
      if (blocker) throw refusalOf(blocker)
    }

    const latest = await site.helm.latest(site.release)
    if (isUnchanged({ latest, verified, digest: made.deployment.inputDigest, run: world.run })) {
      return done(context, site, made, 'unchanged', latest?.revision)
    }
    const freed = latest && isPending(latest) ? await free(context, site, made, latest, verified) : latest?.revision
    return typeof freed === 'object' ? freed : upgrade(context, site, made, freed)
  })
}

async function upgrade(
  context: DeployContext,
  site: Site,
  made: Package,
  before: number | undefined,
): Promise<Outcome<Io['outputs']>> {
  const { world, release, cluster } = context
  const crds = await bringCrds(site, made, release.crds, world)
  const told = crds === undefined ? [] : [{ kind: 'crds', ok: true, text: crds }]
  const since = world.clock.now()
  const revision = (before ?? 0) + 1
  await writeWork(site.kubectl, site.release, { schema: 1, run: runKey(world.run), revision })
  world.log.info(`Helm ${site.helm.version} brings ${site.release} on ${cluster.name} to ${world.run.sha.slice(0, 7)}.`)
  const output = await watchWhile(
    site.helm.upgrade({
      release: site.release,
      chart: made.chart,
      values: made.values,
      timeout: release.timeout,
      description: `${broughtBy(world.run)}${world.run.attempt}`,
    }),
    site.kubectl,
    site.release,
    world,
  )
  if (world.cancelled.aborted) throw new Error('cancelled')
  if (output.code === 0) {
    return done(context, site, made, 'deployed', (await site.helm.latest(site.release))?.revision, told)
  }
  const found = await readBack(site.helm, site.release)
  // Helm says so only after everything it waited for: that its own answer was lost changes nothing.
  if (found.latest?.status === 'deployed' && found.latest.revision === revision) {
    world.log.warning(`Helm's answer was lost, but revision ${revision} is "deployed".`)
    return done(context, site, made, 'deployed', revision, told)
  }
  return failed({ world, site, stderr: output.stderr, before, found, since, deployment: made.deployment, told })
}

function done(
  { world, cluster }: DeployContext,
  site: Site,
  made: Package,
  decision: 'deployed' | 'unchanged',
  revision: number | undefined,
  evidence: Evidence[] = [],
): Outcome<Io['outputs']> {
  const message =
    decision === 'deployed'
      ? `${cluster.name} has ${site.release} revision ${revision} now; whether it serves users, the smoke test says.`
      : `${cluster.name} has exactly this already (revision ${revision}).`
  world.log.info(message)
  const finding: Finding = {
    decision,
    reason: decision === 'deployed' ? 'ok' : 'already-there',
    message,
    cluster: cluster.name,
    release: site.release,
    namespace: site.namespace,
    ...(revision === undefined ? {} : { revision }),
    commit: world.run.sha,
    deployment: made.deployment,
    evidence,
  }
  return { finding, outputs: { changed: String(decision === 'deployed'), revision: String(revision ?? '') } }
}

/** Runs `body` with kubectl and Helm for one cluster; credentials and temporary files are gone afterwards. */
export async function withSite<T>(
  { world, release, cluster }: Context & { cluster: Cluster },
  kubeconfig: string,
  body: (site: Site, temp: string) => Promise<T>,
): Promise<T> {
  const namespace = namespaceOf(release, cluster)
  const temp = await mkdtemp(join(world.run.temp, 'lockstep-deploy-'))
  try {
    return await withKubeconfig(kubeconfig, world.run.temp, async (path) => {
      const kubectl = kubectlFor(world.exec, path, namespace)
      const helm = await helmFor(world.exec, path, namespace)
      return body({ cluster, release: releaseName(release, cluster), namespace, kubectl, helm }, temp)
    })
  } finally {
    await rm(temp, { recursive: true, force: true })
  }
}

/** Refuses the wrong cluster, and a commit that does not contain what is verified there. */
async function checkCluster({ policy, github, world }: DeployContext, site: Site, found: Identity): Promise<Verified> {
  const repo = world.run.repository
  const record = await lastSuccess({ github, repo, gateApp: policy.apps.gate }, site.cluster.name)
  const verified = await readVerified(site.kubectl, site.release)
  const relation =
    verified &&
    (
      await github.rest.repos.compareCommitsWithBasehead({
        ...repoRef(repo),
        basehead: `${verified.commit}...${world.run.sha}`,
        per_page: 1,
      })
    ).data.status
  const facts = {
    cluster: site.cluster.name,
    head: world.run.sha,
    recorded: record?.identity,
    found,
    verified,
    relation,
  }
  const decision = decideDeploy(facts)
  if (decision.kind === 'refuse') throw new UserError(decision.reason, decision.message, { fix: decision.fix })
  if (verified) return verified
  throw new Error('a cluster without a verified state was let through')
}

/** Fetches and checks everything that Helm will be given, and says what it is. */
export async function prepare(
  context: Context,
  { cluster, release: name, namespace }: Site,
  identity: Identity,
  temp: string,
): Promise<Package> {
  const placed = { release: context.release, cluster, name, namespace }
  const { chart, values, ...facts } = await prepareChart(context, placed, temp)
  return { chart, values, deployment: { identity, ...facts } }
}
