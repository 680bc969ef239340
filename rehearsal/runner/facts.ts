import type { RepositorySettings, WorkflowRun } from '../github/types.js'
import type { Json } from './expression.js'
import type { WorkflowStart } from './triggers.js'
import type { WorkflowFile } from './workflow.js'

/** The `github` context, without the token: what expressions outside of steps may know. */
export function githubContext(
  start: WorkflowStart,
  run: WorkflowRun,
  workflow: WorkflowFile,
  settings: RepositorySettings,
  url: string,
): Record<string, Json> {
  const { ref, sha, repo, occasion, payload } = start
  const pull = occasion.event.startsWith('pull_request')
  const repository = payload.repository as { id?: number; owner?: { id?: number } } | undefined
  return {
    event_name: occasion.event,
    event: payload as Json,
    repository: repo,
    repository_owner: repo.split('/')[0] ?? '',
    repository_id: String(repository?.id ?? ''),
    repository_owner_id: String(repository?.owner?.id ?? ''),
    actor: start.actor,
    triggering_actor: run.triggeringActor,
    ref,
    sha,
    ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    base_ref: pull ? (occasion.branch ?? '') : '',
    head_ref: pull ? start.headBranch : '',
    workflow: workflow.title,
    workflow_ref: `${repo}/${workflow.path}@${ref}`,
    workflow_sha: sha,
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    server_url: url,
    api_url: url,
    graphql_url: `${url}/graphql`,
    default_branch: settings.defaultBranch,
  }
}

/** The same as act takes it: environment variables, which it also makes its `github` context from. */
export function environmentFacts(github: Record<string, Json>): Record<string, string> {
  const given = Object.entries(github).filter(([name]) => name !== 'event' && name !== 'default_branch')
  const facts = Object.fromEntries(given.map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, String(value)]))
  // act reads the commit from this odd name, and not from GITHUB_SHA.
  return { ...facts, SHA_REF: String(github.sha) }
}
