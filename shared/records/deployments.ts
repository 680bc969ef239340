import { z } from 'zod'
import { verdicts } from '../action/result.js'
import { type GitHub, repoRef } from '../github/client.js'

const payloadSchema = z.object({
  schema: z.literal(1),
  cluster: z.string(),
  /** `<run id>/<attempt>` of the deploy. */
  run: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  identity: z.object({ ca: z.string(), namespaceUid: z.string() }).optional(),
  releases: z.array(
    z.object({
      name: z.string(),
      namespace: z.string(),
      revision: z.number().int(),
      inputDigest: z.string(),
      components: z.record(z.string(), z.string()),
    }),
  ),
  verdict: z.enum(verdicts).optional(),
})

/** What a GitHub Deployment of ours carries. */
export type DeploymentRecord = z.infer<typeof payloadSchema>

export type Outcome = 'success' | 'failure'

const task = 'deploy'
/** How far back the last success is looked for: beyond that many failures the cluster has to be adopted again. */
const lookBack = 100

interface Place {
  github: GitHub
  /** `owner/name` of the deploy repo. */
  repo: string
  /** Only what this App wrote is believed. */
  gateApp: number
}

/**
 * The newest record of a cluster with a success. Believed only where the deployment and the status are both by the gate
 * App: anybody with write access can make a Deployment.
 */
export async function lastSuccess(place: Place, cluster: string): Promise<DeploymentRecord | undefined> {
  const { github, repo, gateApp } = place
  const { data } = await github.rest.repos.listDeployments({
    ...repoRef(repo),
    environment: cluster,
    task,
    per_page: lookBack,
  })
  const ours = data.filter((deployment) => deployment.performed_via_github_app?.id === gateApp)
  for (const deployment of ours.toSorted((a, b) => b.id - a.id)) {
    const record = readPayload(deployment.payload)
    if (record?.cluster !== cluster || record.commit !== deployment.sha) continue
    if ((await statesOf(place, deployment.id)).includes('success')) return record
  }
  return undefined
}

/** Every state that the gate App gave a deployment; GitHub adds `inactive` to older ones by itself. */
async function statesOf({ github, repo, gateApp }: Place, id: number): Promise<string[]> {
  const { data } = await github.rest.repos.listDeploymentStatuses({
    ...repoRef(repo),
    deployment_id: id,
    per_page: 100,
  })
  return data.filter((status) => status.performed_via_github_app?.id === gateApp).map(({ state }) => state)
}

export interface NewRecord extends DeploymentRecord {
  outcome: Outcome
  logUrl: string
  environmentUrl: string | undefined
  description: string
}

/**
 * Writes the Deployment of one run on one cluster, and its status. Safe to repeat: it looks first for what this run has
 * already written. Says whether anything was written.
 */
export async function writeRecord(place: Place, record: NewRecord): Promise<'written' | 'already-there'> {
  const { github, repo } = place
  const { outcome, logUrl, environmentUrl, description, ...payload } = record
  const found = await findRecord(place, payload)
  const id = found ?? (await createDeployment(place, payload, description))
  if (
    found !== undefined &&
    (await statesOf(place, found)).some((state) => state === outcome || state === 'inactive')
  ) {
    return 'already-there'
  }
  await github.rest.repos.createDeploymentStatus({
    ...repoRef(repo),
    deployment_id: id,
    state: outcome,
    log_url: logUrl,
    description: description.slice(0, 140),
    ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
  })
  return 'written'
}

async function findRecord({ github, repo, gateApp }: Place, record: DeploymentRecord): Promise<number | undefined> {
  const { data } = await github.rest.repos.listDeployments({
    ...repoRef(repo),
    environment: record.cluster,
    sha: record.commit,
    task,
    per_page: lookBack,
  })
  const ours = data.filter((deployment) => deployment.performed_via_github_app?.id === gateApp)
  // An earlier attempt may have recorded another ending of the same run: only an equal record is this one.
  const text = JSON.stringify(payloadSchema.parse(record))
  return ours.find(({ payload }) => JSON.stringify(readPayload(payload)) === text)?.id
}

async function createDeployment(
  { github, repo }: Place,
  payload: DeploymentRecord,
  description: string,
): Promise<number> {
  const { data } = await github.rest.repos.createDeployment({
    ...repoRef(repo),
    ref: payload.commit,
    task,
    environment: payload.cluster,
    // The gate has decided already; GitHub must neither merge nor look at other checks.
    auto_merge: false,
    required_contexts: [],
    description: description.slice(0, 140),
    payload: { ...payload },
  })
  if ('id' in data && typeof data.id === 'number') return data.id
  throw new Error('GitHub made no deployment')
}

/** GitHub gives a payload back as the object it was, or as its text. */
function readPayload(payload: unknown): DeploymentRecord | undefined {
  try {
    return payloadSchema.safeParse(typeof payload === 'string' ? JSON.parse(payload) : payload).data
  } catch {
    return undefined
  }
}
