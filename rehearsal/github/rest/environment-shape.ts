import { findAccount } from '../accounts.js'
import type { Repo, State } from '../state.js'
import type { Environment } from '../types.js'
import { nodeId, repoApi, repoHtml, userShape } from './shapes.js'

type Json = Record<string, unknown>

export const environmentId = (repo: Repo, name: string): number => [...repo.environments.keys()].indexOf(name) + 1

export function environmentUrls(state: State, repo: Repo, name: string): Json {
  const id = environmentId(repo, name)
  const shown = encodeURIComponent(name)
  return {
    id,
    node_id: nodeId('Environment', id),
    url: `${repoApi(state, repo)}/environments/${shown}`,
    html_url: `${repoHtml(state, repo)}/deployments/activity_log?environments_filter=${shown}`,
  }
}

export function environmentShape(state: State, repo: Repo, environment: Environment): Json {
  const { name, branches, reviewers = [], preventSelfReview = false } = environment
  const id = environmentId(repo, name)
  const people = reviewers.flatMap((login) => findAccount(state, login) ?? [])
  return {
    ...environmentUrls(state, repo, name),
    name,
    created_at: repo.createdAt,
    updated_at: repo.createdAt,
    protection_rules: [
      ...(branches.length > 0 ? [{ id, node_id: nodeId('BranchPolicy', id), type: 'branch_policy' }] : []),
      ...(people.length > 0
        ? [
            {
              id,
              node_id: nodeId('RequiredReviewers', id),
              type: 'required_reviewers',
              prevent_self_review: preventSelfReview,
              reviewers: people.map((account) => ({ type: 'User', reviewer: userShape(state, account) })),
            },
          ]
        : []),
    ],
    deployment_branch_policy: branches.length > 0 ? { protected_branches: false, custom_branch_policies: true } : null,
  }
}
