import { findAccount } from '../accounts.js'
import { foundOr404 } from '../errors.js'

import type { Repo, State } from '../state.js'
import type { WorkflowJob, WorkflowRun } from '../types.js'
import { repositoryShape } from './repository-shape.js'
import { nodeId, repoApi, repoHtml, userShape } from './shapes.js'

type Json = Record<string, unknown>

export function workflowRunShape(state: State, repo: Repo, run: WorkflowRun): Json {
  const api = `${repoApi(state, repo)}/actions/runs/${run.id}`
  const user = (login: string): Json => userShape(state, findAccount(state, login) ?? { login, id: 0, type: 'User' })
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WorkflowRun', run.id),
    check_suite_id: run.id,
    check_suite_node_id: nodeId('CheckSuite', run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflow,
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    display_title: run.title,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: workflowId(run.workflow),
    url: api,
    html_url: `${repoHtml(state, repo)}/actions/runs/${run.id}`,
    pull_requests: run.pullRequests.flatMap((number) => {
      const pull = repo.issues.get(number)?.pull
      const repository = { id: repo.id, url: repoApi(state, repo), name: repo.name }
      return pull
        ? [
            {
              id: repo.issues.get(number)?.id,
              number,
              url: `${repoApi(state, repo)}/pulls/${number}`,
              head: { ref: pull.head, sha: pull.headSha, repo: repository },
              base: { ref: pull.base, sha: pull.baseSha, repo: repository },
            },
          ]
        : []
    }),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.startedAt ?? run.createdAt,
    actor: user(run.actor),
    triggering_actor: user(run.triggeringActor),
    jobs_url: `${api}/jobs`,
    logs_url: `${api}/logs`,
    check_suite_url: `${repoApi(state, repo)}/check-suites/${run.id}`,
    artifacts_url: `${api}/artifacts`,
    cancel_url: `${api}/cancel`,
    rerun_url: `${api}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${repoApi(state, repo)}/actions/workflows/${workflowId(run.workflow)}`,
    // GitHub shows the commit here; whoever wants it has `head_sha`.
    head_commit: null,
    repository: repositoryShape(state, repo),
    head_repository: repositoryShape(state, foundOr404(state.repos.get(run.headRepo.toLowerCase()))),
  }
}

export function jobShape(state: State, repo: Repo, run: WorkflowRun, job: WorkflowJob): Json {
  return {
    id: job.id,
    run_id: run.id,
    run_url: `${repoApi(state, repo)}/actions/runs/${run.id}`,
    node_id: nodeId('CheckRun', job.id),
    head_sha: run.headSha,
    head_branch: run.headBranch,
    url: `${repoApi(state, repo)}/actions/jobs/${job.id}`,
    html_url: `${repoHtml(state, repo)}/actions/runs/${run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: run.createdAt,
    started_at: job.startedAt ?? run.createdAt,
    completed_at: job.completedAt,
    name: job.name,
    steps: job.steps,
    check_run_url: `${repoApi(state, repo)}/check-runs/${job.id}`,
    labels: ['ubuntu-latest'],
    runner_id: null,
    runner_name: null,
    runner_group_id: null,
    runner_group_name: null,
    run_attempt: run.attempt,
    workflow_name: run.name,
  }
}

/** A number of a workflow's path, the same every time. */
export const workflowId = (path: string): number =>
  [...path].reduce((hash, letter) => (hash * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_000_007, 7)
