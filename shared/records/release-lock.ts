import { z } from 'zod'
import { UserError } from '../foundation/errors.js'
import { parseJson } from '../foundation/parse-json.js'
import { type RunFacts, runKey } from '../foundation/run-facts.js'
import type { GitHub } from '../github/client.js'
import { runHasEnded } from '../github/workflow-runs.js'
import type { Revision } from '../helm/helm.js'
import type { Kubectl } from '../kube/kubectl.js'
import { sameRun } from './verified.js'

const workSchema = z.object({
  schema: z.literal(1),
  /** `<run id>/<attempt>` */
  run: z.string(),
  /** The revision that Helm is about to make. */
  revision: z.number().int(),
})

/**
 * Which run is about to change a release, written into its namespace right before Helm starts: a revision that was left
 * `pending-*` does not tell whose it is.
 */
export type ReleaseLock = z.infer<typeof workSchema>

const workName = (release: string): string => `lockstep-work-${release}`

export async function writeReleaseLock(kubectl: Kubectl, release: string, work: ReleaseLock): Promise<void> {
  const metadata = { name: workName(release), labels: { 'app.kubernetes.io/managed-by': 'lockstep' } }
  const data = { work: JSON.stringify(work) }
  await kubectl.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, 'lockstep', 'ours')
}

/** Undefined where there is none that can be read. */
async function readWork(kubectl: Kubectl, release: string): Promise<ReleaseLock | undefined> {
  const object = z.object({ data: z.object({ work: z.string() }) })
  const found = object.safeParse(await kubectl.get('configmap', workName(release)))
  return found.success ? workSchema.safeParse(parseJson(found.data.data.work)).data : undefined
}

export const isPending = (revision: Pick<Revision, 'status'> | undefined): boolean =>
  revision?.status.startsWith('pending-') ?? false

interface AtWork {
  kubectl: Kubectl
  /** Reads this repository's runs. */
  github: GitHub
  run: RunFacts
  release: string
}

/**
 * Makes sure that nobody is at work on a release any more: a `pending-*` revision was left behind by this run, or by one
 * that is over.
 *
 * @throws UserError `operation-in-progress` naming who is at it. What Lockstep did not begin may be a person's, and is left alone.
 */
export async function refuseIfInProgress({ kubectl, github, run, release }: AtWork, latest: Revision): Promise<void> {
  if (!isPending(latest)) return
  const work = await readWork(kubectl, release)
  if (work?.revision !== latest.revision) {
    throw busy(`revision ${latest.revision} of ${release} is "${latest.status}", and Lockstep did not start it`, {
      fix: `Ask who started it. If nobody works on it (helm history ${release}), unlock it: helm rollback ${release} to the last "deployed" or "superseded" revision. Then run this job again.`,
    })
  }
  const [id = ''] = work.run.split('/')
  if (sameRun(work.run, runKey(run)) || (await runHasEnded(github, run.repository, Number(id)))) return
  throw busy(`${run.serverUrl}/${run.repository}/actions/runs/${id} has not ended yet`, {
    fix: 'Wait until that run has ended, or cancel it; then run this job again.',
  })
}

const busy = (who: string, how: { fix: string }): UserError =>
  new UserError('operation-in-progress', `Another operation is in progress on the release: ${who}.`, how)
