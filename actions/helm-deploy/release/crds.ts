import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import type { Runtime } from '../../../shared/action/runtime.js'
import { UserError } from '../../../shared/foundation/errors.js'
import type { Release } from '../../../shared/policy/policy.js'
import type { PreparedChart } from '../../../shared/releases/prepare-chart.js'
import type { ReleaseTarget } from '../../../shared/releases/release-targets.js'

const crdSchema = z.looseObject({
  kind: z.literal('CustomResourceDefinition'),
  metadata: z.looseObject({ name: z.string() }),
})
type Crd = z.infer<typeof crdSchema>

const establishedSchema = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })) }),
})

const [attempts, pause] = [60, 500]

/**
 * Applies the CRDs of a chart as the policy says, before the upgrade that may need them, and waits until the API server
 * serves them. Helm itself would only create them at the first install. Never deletes one: that would delete all its objects,
 * everywhere on the cluster.
 *
 * @returns what was done, in a sentence; undefined if the chart has no CRDs.
 * @throws UserError if the cluster rejects one. Nothing of the release was deployed then.
 */
export async function applyCrds(
  { helm, kubectl }: Pick<ReleaseTarget, 'helm' | 'kubectl'>,
  { chart, values }: Pick<PreparedChart, 'chart' | 'values'>,
  policy: Release['crds'],
  { log, clock }: Pick<Runtime, 'log' | 'clock'>,
): Promise<string | undefined> {
  if (!(await helm.carriesCrds(chart))) return undefined
  if (policy === 'skip') {
    log.info(leftAlone)
    return leftAlone
  }
  const crds = crdsIn(await helm.crds(chart, values))
  if (crds.length === 0) return undefined
  const there = new Set<string>()
  for (const name of crds.map(nameOf)) {
    if (await read(name)) there.add(name)
  }
  const { apply, sentence } = decideCrds(policy, crds, there)
  for (const crd of apply) {
    await kubectl.apply(crd, 'lockstep').catch((error: unknown) => {
      throw rejected(nameOf(crd), error)
    })
  }
  for (const name of apply.map(nameOf)) await established(name)
  log.info(sentence)
  return sentence

  async function read(name: string): Promise<unknown> {
    return kubectl.get('customresourcedefinition', name).catch((error: unknown) => {
      throw rejected(name, error)
    })
  }

  async function established(name: string): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (isEstablished(await read(name))) return
      await clock.sleep(pause)
    }
    throw new UserError('rejected-by-cluster', `The API server does not serve the CRD ${name}.`, {
      fix: `Inspect its conditions: kubectl describe customresourcedefinition ${name}. Nothing of the release was deployed.`,
    })
  }
}

const leftAlone = '"crds: skip": the CRDs of the chart were not changed.'

/** What "crds" of the policy means for these, of which some are on the cluster already. */
export function decideCrds(
  policy: 'create' | 'replace',
  crds: Crd[],
  there: ReadonlySet<string>,
): { apply: Crd[]; sentence: string } {
  const list = (some: Crd[]): string => some.map(nameOf).join(', ')
  const [old, missing] = [crds.filter((crd) => there.has(nameOf(crd))), crds.filter((crd) => !there.has(nameOf(crd)))]
  const actions = [
    ...(missing.length > 0 ? [`created ${list(missing)}`] : []),
    ...(old.length > 0 ? [`${policy === 'replace' ? 'replaced' : 'kept unchanged:'} ${list(old)}`] : []),
  ]
  return { apply: policy === 'replace' ? crds : missing, sentence: `"crds: ${policy}": ${actions.join('; ')}.` }
}

/** The CRDs in what Helm says. */
export const crdsIn = (text: string): Crd[] =>
  parseAllDocuments(text, { logLevel: 'error' }).flatMap((document) => crdSchema.safeParse(document.toJS()).data ?? [])

const nameOf = ({ metadata }: Crd): string => metadata.name

const isEstablished = (crd: unknown): boolean =>
  establishedSchema
    .safeParse(crd)
    .data?.status.conditions.some(({ type, status }) => type === 'Established' && status === 'True') ?? false

function rejected(name: string, error: unknown): unknown {
  if (!(error instanceof UserError) || error.reason === 'cluster-unreachable') return error
  return new UserError(error.reason, `The chart's CRD ${name} was not applied: ${error.message}`, {
    fix: 'CRDs are cluster-wide: allow the kubeconfig\'s user to get, create and patch "customresourcedefinitions", or set "crds: skip" in the policy and apply them by hand. Nothing of the release was deployed.',
    cause: error,
  })
}
