import { html } from 'hono/html'
import type { CheckRun, Issue, Pull, Repo } from '../state.js'
import { readableMarkdown } from './markdown.js'
import { type Html, markPart, momentPart, pageLayout, sectionPart, shortSha } from './parts.js'
import { stateOf } from './repository.js'

/** A pull request or an issue: what it says, its checks, what was said about it. */
export function issuePage(repo: Repo, issue: Issue): Html {
  const { pull } = issue
  return pageLayout(
    `#${issue.number} ${issue.title}`,
    [
      ['/_/', 'repositories'],
      [`/_/${repo.fullName}`, repo.fullName],
    ],
    html`
<div class="card">
<div class="row">${markPart(stateOf(issue))} ${issue.labels.map(({ name }) => markPart('', name))}
<span class="grow faint">${pull ? html`${pull.fork === undefined ? '' : `${pull.fork}:`}${pull.head} into ${pull.base}, by ${issue.author.login}` : `by ${issue.author.login}`}${
      issue.assignees.length > 0 ? `, on duty: ${issue.assignees.map(({ login }) => login).join(', ')}` : ''
    }${pull?.merged ? `, merged by ${pull.merged.by?.login ?? 'GitHub'}` : ''}</span>${momentPart(issue.createdAt)}</div>
${issue.body ? readableMarkdown(issue.body) : ''}
</div>
${pull ? sectionPart(`Checks on ${shortSha(pull.headSha)}`, checkRows(repo, pull)) : ''}
${pull && pull.reviews.length > 0 ? sectionPart('Reviews', pull.reviews.map(reviewRow)) : ''}
${sectionPart(
  'Comments',
  issue.comments.map(
    ({ author, body, createdAt }) =>
      html`<div class="row"><b class="grow">${author.login}</b>${momentPart(createdAt)}</div>${readableMarkdown(body)}`,
  ),
)}`,
  )
}

function checkRows(repo: Repo, pull: Pull): Html[] {
  const checks = repo.checks.filter(({ headSha }) => headSha === pull.headSha)
  const statuses = repo.statuses.filter(({ sha }) => sha === pull.headSha)
  return [
    ...checks.map(checkRow),
    ...statuses.map(
      ({ state, context, description, creator }) =>
        html`<div class="row">${markPart(state)} <b>${context}</b><span class="grow">${description ?? ''}</span>
<small>status by ${creator.login}</small></div>`,
    ),
  ]
}

/** With the App that made it: a check of the same name can be anybody's. */
const checkRow = ({ name, status, conclusion, app, output }: CheckRun): Html =>
  html`<div class="row">${markPart(conclusion ?? status)} <b>${name}</b><span class="grow">${output.title ?? ''}</span>
<small>check by the App ${app.slug}</small></div>${output.summary ? readableMarkdown(output.summary) : ''}`

const reviewRow = ({ author, state, submittedAt }: Pull['reviews'][number]): Html =>
  html`<div class="row">${markPart(state === 'APPROVED' ? 'success' : '', state.toLowerCase().replaceAll('_', ' '))}
<b class="grow">${author.login}</b>${momentPart(submittedAt)}</div>`
