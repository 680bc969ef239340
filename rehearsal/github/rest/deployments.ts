import { z } from 'zod'
import { conflictError, foundOr404, unprocessableError } from '../errors.js'
import { gitText, resolveCommit } from '../git.js'
import { emitOnDefaultBranch } from '../issues.js'
import type { Deployment, DeploymentStatus } from '../state.js'
import { type Call, createdReply, type Handlers, listReply, noContent, numberParam, okReply, readBody } from './call.js'
import { nodeId, repoApi, userShape } from './shapes.js'

export const deploymentHandlers = {
  'repos/create-deployment': async (call) => {
    const { state, repo, actor, caller } = call
    const body = readBody(call, 'Deployment', newDeploymentSchema)
    const sha = await resolveCommit(repo.gitDir, body.ref)
    if (!sha || !(state.openRows.deploymentsOfForks || (await isOwnCommit(repo.gitDir, sha))))
      throw unprocessableError(`No ref found for: ${body.ref}`)
    if (body.required_contexts === undefined && hasBadStatus(call, sha)) {
      throw conflictError(`Conflict: Commit status checks failed for ${body.ref}`)
    }
    // D13: without any protection.
    const known = repo.environments.has(body.environment)
    if (!known)
      repo.environments.set(body.environment, { name: body.environment, branches: [], secrets: {}, variables: {} })
    const at = state.now()
    const deployment: Deployment = {
      id: state.nextId(),
      sha,
      ref: body.ref,
      task: body.task,
      environment: body.environment,
      payload: body.payload,
      description: body.description,
      transient: body.transient_environment,
      production: body.production_environment ?? body.environment === 'production',
      creator: actor,
      createdAt: at,
      updatedAt: at,
      statuses: [],
    }
    repo.deployments.push(deployment)
    emitOnDefaultBranch(state, repo, caller, 'deployment', 'created', { deployment: shape(call, deployment) })
    return createdReply(shape(call, deployment))
  },

  'repos/list-deployments': (call) => {
    const { repo, query } = call
    const wanted = repo.deployments.filter((one) =>
      (['sha', 'ref', 'task', 'environment'] as const).every(
        (key) => !query[key] || query[key] === 'none' || one[key] === query[key],
      ),
    )
    return listReply(call, wanted.reverse(), (one) => shape(call, one))
  },

  'repos/get-deployment': (call) => okReply(shape(call, deploymentOf(call))),

  // D21: GitHub lets an active one go only where it is the only one.
  'repos/delete-deployment': (call) => {
    const { repo } = call
    const deployment = deploymentOf(call)
    if (deployment.statuses.at(-1)?.state === 'success' && repo.deployments.length > 1)
      throw unprocessableError(
        'We cannot delete an active deployment unless it is the only deployment in a given repository.',
      )
    repo.deployments.splice(repo.deployments.indexOf(deployment), 1)
    return noContent()
  },

  'repos/create-deployment-status': async (call) => {
    const { state, repo, actor, caller } = call
    const deployment = deploymentOf(call)
    const body = readBody(call, 'DeploymentStatus', newStatusSchema)
    if (body.state === 'inactive' && deployment.statuses.length === 0 && !state.openRows.inactiveFirst)
      throw unprocessableError('Validation Failed: state')
    const status = newStatus(call, {
      state: body.state,
      description: body.description,
      environmentUrl: body.environment_url,
      logUrl: body.log_url || body.target_url,
    })
    deployment.environment = body.environment ?? deployment.environment
    if (body.state === 'success' && body.auto_inactive) retire(call, deployment)
    deployment.statuses.push(status)
    deployment.updatedAt = status.createdAt
    emitOnDefaultBranch(
      state,
      repo,
      caller,
      'deployment_status',
      'created',
      {
        deployment: shape(call, deployment),
        deployment_status: statusShape(call, deployment, status),
      },
      { actor },
    )
    return createdReply(statusShape(call, deployment, status))
  },

  'repos/list-deployment-statuses': (call) => {
    const deployment = deploymentOf(call)
    const listed = call.state.openRows.newestStatusFirst ? deployment.statuses.toReversed() : deployment.statuses
    return listReply(call, [...listed], (status) => statusShape(call, deployment, status))
  },
} satisfies Partial<Handlers>

/** Whether a branch or tag of the repository itself has the commit, and not only a pull request of a fork. */
async function isOwnCommit(gitDir: string, sha: string): Promise<boolean> {
  const refs = await gitText(gitDir, ['for-each-ref', '--contains', sha, '--count=1', 'refs/heads/', 'refs/tags/'])
  return refs !== ''
}

const newDeploymentSchema = z.object({
  ref: z.string().min(1),
  task: z.string().default('deploy'),
  // True would merge the default branch in first, which the emulator does not do.
  auto_merge: z.boolean().default(true),
  required_contexts: z.array(z.string()).optional(),
  payload: z.unknown().default({}),
  environment: z.string().default('production'),
  description: z.string().nullable().default(null),
  transient_environment: z.boolean().default(false),
  production_environment: z.boolean().optional(),
})

const states = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'] as const

const newStatusSchema = z.object({
  state: z.enum(states),
  description: z.string().max(140).default(''),
  environment: z.string().optional(),
  environment_url: z.string().default(''),
  log_url: z.string().default(''),
  target_url: z.string().default(''),
  auto_inactive: z.boolean().default(true),
})

const hasBadStatus = ({ repo }: Call, sha: string): boolean =>
  repo.statuses.some((status) => status.sha === sha && status.state !== 'success')

const deploymentOf = (call: Call): Deployment => {
  const id = numberParam(call, 'deployment_id')
  return foundOr404(call.repo.deployments.find((one) => one.id === id))
}

const newStatus = (
  { state, actor }: Call,
  what: Pick<DeploymentStatus, 'state' | 'description' | 'environmentUrl' | 'logUrl'>,
): DeploymentStatus => ({ id: state.nextId(), ...what, creator: actor, createdAt: state.now() })

/** What succeeded earlier in the same environment is inactive now, unless it is transient or production. */
function retire(call: Call, current: Deployment): void {
  for (const former of call.repo.deployments) {
    if (former === current || former.environment !== current.environment || former.transient || former.production)
      continue
    const last = former.statuses.at(-1)
    if (last?.state !== 'success') continue
    const { environmentUrl, logUrl } = last
    former.statuses.push(newStatus(call, { state: 'inactive', description: last.description, environmentUrl, logUrl }))
  }
}

function shape({ state, repo }: Call, one: Deployment): Record<string, unknown> {
  const url = `${repoApi(state, repo)}/deployments/${one.id}`
  return {
    url,
    id: one.id,
    node_id: nodeId('Deployment', one.id),
    task: one.task,
    original_environment: one.environment,
    environment: one.environment,
    description: one.description,
    created_at: one.createdAt,
    updated_at: one.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: repoApi(state, repo),
    creator: userShape(state, one.creator),
    sha: one.sha,
    ref: one.ref,
    payload: one.payload,
    transient_environment: one.transient,
    production_environment: one.production,
    // I2
    performed_via_github_app: null,
  }
}

function statusShape({ state, repo }: Call, deployment: Deployment, status: DeploymentStatus): Record<string, unknown> {
  const url = `${repoApi(state, repo)}/deployments/${deployment.id}`
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DeploymentStatus', status.id),
    state: status.state,
    creator: userShape(state, status.creator),
    description: status.description,
    environment: deployment.environment,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: repoApi(state, repo),
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    // I3
    performed_via_github_app: null,
  }
}
