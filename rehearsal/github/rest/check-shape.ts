import type { CheckRun, Repo, State } from '../state.js'
import { appShape, nodeId, repoApi, repoHtml } from './shapes.js'

export function checkRunShape(state: State, repo: Repo, run: CheckRun): Record<string, unknown> {
  const url = `${repoApi(state, repo)}/check-runs/${run.id}`
  return {
    id: run.id,
    head_sha: run.headSha,
    node_id: nodeId('CheckRun', run.id),
    external_id: run.externalId,
    url,
    html_url: `${repoHtml(state, repo)}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.output.title,
      summary: run.output.summary,
      text: run.output.text,
      annotations_count: run.output.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    name: run.name,
    check_suite: { id: run.suite ?? run.app.id },
    app: appShape(state, run.app),
    pull_requests: [...repo.issues.values()]
      .filter((issue) => issue.state === 'open' && issue.pull?.headSha === run.headSha && !issue.pull.fork)
      .map((issue) => ({
        id: issue.id,
        number: issue.number,
        url: `${repoApi(state, repo)}/pulls/${issue.number}`,
        head: {
          ref: issue.pull?.head,
          sha: issue.pull?.headSha,
          repo: { id: repo.id, url: repoApi(state, repo), name: repo.name },
        },
        base: {
          ref: issue.pull?.base,
          sha: issue.pull?.baseSha,
          repo: { id: repo.id, url: repoApi(state, repo), name: repo.name },
        },
      })),
  }
}
