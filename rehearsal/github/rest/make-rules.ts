import { z } from 'zod'
import { installationOf } from '../accounts.js'
import { foundOr404, unprocessableError } from '../errors.js'
import { type Call, createdReply, type Handlers, noContent, okReply, readBody } from './call.js'
import { environmentId, environmentShape } from './environment-shape.js'
import { repositoryHandlers } from './repos.js'
import { rulesetHandlers } from './rulesets.js'
import { nodeId } from './shapes.js'

/** Rules and settings that an admin makes by calls; as far as the emulator has them, see `RepositorySettings`. */
export const makeRules = {
  // Every repository has one ruleset at most here, on its default branch, which requires a check.
  'repos/create-repo-ruleset': async (call) => {
    const { repo } = call
    const { bypass_actors, rules } = readBody(call, 'Ruleset', rulesetSchema)
    const [check] = rules.flatMap((rule) =>
      rule.type === 'required_status_checks' ? rule.parameters.required_status_checks : [],
    )
    if (!check || (repo.requiredCheck && repo.requiredCheck.name !== check.context))
      throw unprocessableError('The emulator has one ruleset with one required check.')
    const appId = check.integration_id
    if (appId !== undefined) mayBeSource(call, appId)
    repo.requiredCheck = { name: check.context, ...(appId === undefined ? {} : { appId }) }
    repo.bypassApps = bypass_actors.flatMap((one) => (one.actor_type === 'Integration' ? [one.actor_id] : []))
    repo.adminsMayBypass = bypass_actors.some((one) => one.actor_type === 'RepositoryRole')
    const pulls = rules.find((rule) => rule.type === 'pull_request')
    if (pulls) {
      repo.pullsOnly = true
      repo.reviewRequired = pulls.parameters.required_approving_review_count > 0
      const { allowed_merge_methods: methods } = pulls.parameters
      if (methods) repo.rulesetMergeMethods = methods
    }
    const { body } = await rulesetHandlers['repos/get-repo-ruleset']({ ...call, repo, params: { ruleset_id: '1' } })
    return createdReply(body)
  },

  'repos/update-branch-protection': (call) => {
    const { repo, params } = call
    if (params.branch !== repo.defaultBranch) throw unprocessableError('The emulator protects the default branch only.')
    const body = readBody(call, 'BranchProtection', protectionSchema)
    repo.classicProtection = {
      approvals: body.required_pull_request_reviews?.required_approving_review_count ?? 0,
      checks: body.required_status_checks?.contexts ?? [],
    }
    const { body: protection } = repositoryHandlers['repos/get-branch-protection'](call) as { body: Protection }
    const { required_status_checks: checks } = protection
    return okReply({ ...protection, required_status_checks: { ...checks, contexts_url: `${checks.url}/contexts` } })
  },

  'repos/create-or-update-environment': (call) => {
    const { state, repo, params } = call
    readBody(call, 'Environment', environmentSchema)
    const name = params.environment_name ?? ''
    const known = repo.environments.get(name) ?? { name, branches: [], secrets: {}, variables: {} }
    repo.environments.set(name, known)
    return okReply(environmentShape(state, repo, known))
  },

  'repos/create-deployment-branch-policy': (call) => {
    const { repo, params } = call
    const { name } = readBody(call, 'DeploymentBranchPolicy', z.object({ name: z.string(), type: z.literal('branch') }))
    const environment = foundOr404(repo.environments.get(params.environment_name ?? ''))
    environment.branches.push(name)
    const id = environmentId(repo, environment.name) * 1000 + environment.branches.length - 1
    return okReply({ id, node_id: nodeId('DeploymentBranchPolicy', id), name, type: 'branch' })
  },

  'actions/set-github-actions-default-workflow-permissions-repository': (call) => {
    const { repo } = call
    const body = readBody(call, 'WorkflowPermissions', workflowPermissionsSchema)
    repo.defaultWorkflowPermissions = body.default_workflow_permissions ?? repo.defaultWorkflowPermissions ?? 'read'
    repo.jobsMayOpenPulls = body.can_approve_pull_request_reviews ?? repo.jobsMayOpenPulls !== false
    return noContent()
  },
} satisfies Partial<Handlers>

interface Protection {
  required_status_checks: { url: string }
}

const checksRule = z.object({
  type: z.literal('required_status_checks'),
  parameters: z.object({
    strict_required_status_checks_policy: z.literal(false),
    required_status_checks: z.array(z.object({ context: z.string(), integration_id: z.number().optional() })),
  }),
})

const pullsRule = z.object({
  type: z.literal('pull_request'),
  parameters: z.object({
    required_approving_review_count: z.number(),
    dismiss_stale_reviews_on_push: z.literal(false),
    require_code_owner_review: z.literal(false),
    require_last_push_approval: z.literal(false),
    required_review_thread_resolution: z.literal(false),
    allowed_merge_methods: z.array(z.enum(['merge', 'squash', 'rebase'])).optional(),
  }),
})

const rulesetSchema = z.object({
  name: z.string(),
  target: z.literal('branch'),
  enforcement: z.literal('active'),
  bypass_actors: z
    .array(
      z.object({
        actor_id: z.number(),
        actor_type: z.enum(['Integration', 'RepositoryRole']),
        bypass_mode: z.literal('always'),
      }),
    )
    .default([]),
  conditions: z.object({
    ref_name: z.object({ include: z.tuple([z.literal('~DEFAULT_BRANCH')]), exclude: z.tuple([]) }),
  }),
  rules: z.array(z.union([checksRule, pullsRule])),
})

const protectionSchema = z.object({
  required_status_checks: z.object({ strict: z.literal(false), contexts: z.array(z.string()) }).nullable(),
  enforce_admins: z.literal(false).nullable(),
  required_pull_request_reviews: z.object({ required_approving_review_count: z.number() }).nullable(),
  restrictions: z.null(),
})

const environmentSchema = z.object({
  deployment_branch_policy: z
    .object({ protected_branches: z.literal(false), custom_branch_policies: z.literal(true) })
    .nullable()
    .default(null),
})

const workflowPermissionsSchema = z.object({
  default_workflow_permissions: z.enum(['read', 'write']).optional(),
  can_approve_pull_request_reviews: z.boolean().optional(),
})

/** C2: an App that may write statuses and has reported a check in the repository. */
function mayBeSource({ state, repo }: Call, appId: number): void {
  const app = state.apps.get(appId)
  const granted = app && installationOf(state, app, repo)?.repositories.get(repo.fullName)
  if (granted?.statuses === 'write' && repo.checks.some((check) => check.app.id === appId)) return
  throw unprocessableError(
    'Validation Failed: an integration must be installed here, write statuses and report a check',
  )
}
