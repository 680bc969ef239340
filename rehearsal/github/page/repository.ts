import { html } from 'hono/html'
import type { Issue, Repo, State } from '../state.js'
import type { WorkflowRun } from '../types.js'
import { boardPage } from './board.js'
import { durationPart, type Html, markPart, momentPart, pageLayout, sectionPart } from './parts.js'

const path = (repo: Repo): string => `/_/${repo.fullName}`

/** Every repository, and the boards of those that deploy. */
export async function overviewPage(state: State): Promise<Html> {
  const repos = [...state.repos.values()]
  const deploying = repos.filter(({ deployments }) => deployments.length > 0)
  const boards = deploying.map(async (repo) => html`<h2>Deployed by ${repo.fullName}</h2>${await boardPage(repo)}`)
  const rows = repos.map((repo) => {
    const open = [...repo.issues.values()].filter((issue) => issue.state === 'open')
    const pulls = open.filter(({ pull }) => pull).length
    return html`<div class="row"><a class="grow" href="${path(repo)}">${repo.fullName}</a>
<small>${pulls} open pull requests, ${open.length - pulls} open issues, ${repo.runs.length} runs</small></div>`
  })
  return pageLayout(
    "The rehearsal's GitHub",
    [],
    html`${await Promise.all(boards)}${sectionPart('Repositories', rows)}`,
  )
}

export async function repositoryPage(repo: Repo): Promise<Html> {
  const issues = [...repo.issues.values()].reverse()
  const [pulls, others] = [issues.filter(({ pull }) => pull), issues.filter(({ pull }) => !pull)]
  return pageLayout(
    repo.fullName,
    [['/_/', 'repositories']],
    html`
${repo.deployments.length > 0 ? html`<h2>Deployments</h2>${await boardPage(repo)}` : ''}
${sectionPart(
  'Pull requests',
  pulls.map((issue) => issueRow(repo, issue)),
)}
${sectionPart(
  'Workflow runs',
  [...repo.runs].reverse().map((run) => runRow(repo, run)),
)}
${sectionPart(
  'Issues',
  others.map((issue) => issueRow(repo, issue)),
)}`,
  )
}

/** What a pull request or issue is now: `open`, `merged`, `closed`. */
export const stateOf = ({ state, pull }: Issue): string => (pull?.merged ? 'merged' : state)

const issueRow = (repo: Repo, issue: Issue): Html => html`<div class="row">${markPart(stateOf(issue))}
<a class="grow" href="${path(repo)}/issues/${issue.number}">#${issue.number} ${issue.title}</a>
${issue.labels.map(({ name }) => markPart('', name))}
<small>by ${issue.author.login}${
  issue.assignees.length > 0 ? `, on duty: ${issue.assignees.map(({ login }) => login).join(', ')}` : ''
}</small>${momentPart(issue.createdAt)}</div>`

const runRow = (repo: Repo, run: WorkflowRun): Html => html`<div class="row">${markPart(run.conclusion ?? run.status)}
<a class="grow" href="${path(repo)}/runs/${run.id}">${run.name} #${run.number}</a>
<small>${run.event} by ${run.actor} on ${run.headBranch} ${durationPart(run.startedAt, run.conclusion && run.updatedAt)}</small>
${momentPart(run.createdAt)}</div>`
