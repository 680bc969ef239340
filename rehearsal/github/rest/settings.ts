import { parse } from 'yaml'
import { foundOr404 } from '../errors.js'
import { resolveCommit } from '../git.js'
import { listTree, readBlob } from '../git-commits.js'
import { type Handlers, listIn, okReply } from './call.js'
import { environmentId } from './environment-shape.js'
import { workflowId } from './run-shapes.js'
import { nodeId, repoApi, repoHtml } from './shapes.js'

/** What a repository is configured to be, beside its rulesets. */
export const settingHandlers = {
  'repos/list-deployment-branch-policies': (call) => {
    const { repo, params } = call
    const { name, branches } = foundOr404(repo.environments.get(params.environment_name ?? ''))
    const first = environmentId(repo, name) * 1000
    const policies = branches.map((branch, index) => ({ id: first + index, branch }))
    return listIn(call, 'branch_policies', policies, ({ id, branch }) => ({
      ...{ id, node_id: nodeId('DeploymentBranchPolicy', id), name: branch, type: 'branch' },
    }))
  },

  'actions/get-github-actions-default-workflow-permissions-repository': ({ repo }) =>
    okReply({
      default_workflow_permissions: repo.defaultWorkflowPermissions ?? 'read',
      can_approve_pull_request_reviews: false,
    }),

  'actions/list-repo-variables': (call) =>
    listIn(call, 'variables', Object.entries(call.repo.variables), ([name, value]) => ({
      ...{ name, value, created_at: call.repo.createdAt, updated_at: call.repo.createdAt },
    })),

  // No organisation here has any.
  'actions/list-repo-organization-variables': (call) => listIn(call, 'variables', [], (none) => none),

  'actions/list-repo-workflows': async (call) => {
    const { state, repo } = call
    const tip = foundOr404(await resolveCommit(repo.gitDir, repo.defaultBranch))
    const entries = await listTree(repo.gitDir, tip, { path: '.github/workflows/' })
    const files = entries.filter(({ path, type }) => type === 'blob' && /\.ya?ml$/.test(path))
    const named = await Promise.all(
      files.map(async ({ path, sha }) => ({ path, name: nameIn(await readBlob(repo.gitDir, sha)) ?? path })),
    )
    return listIn(call, 'workflows', named, ({ path, name }) => {
      const id = workflowId(path)
      return {
        ...{ id, node_id: nodeId('Workflow', id), name, path },
        state: repo.disabledWorkflows?.includes(path) ? (repo.disabledAs ?? 'disabled_manually') : 'active',
        created_at: repo.createdAt,
        updated_at: repo.createdAt,
        url: `${repoApi(state, repo)}/actions/workflows/${id}`,
        html_url: `${repoHtml(state, repo)}/blob/${repo.defaultBranch}/${path}`,
        badge_url: `${repoHtml(state, repo)}/actions/workflows/${path.split('/').at(-1)}/badge.svg`,
      }
    })
  },
} satisfies Partial<Handlers>

/** A file that is no YAML goes by its path. */
function nameIn(content: Buffer): string | undefined {
  try {
    const { name } = parse(content.toString('utf8')) as { name?: unknown }
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}
