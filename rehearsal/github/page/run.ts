import { html } from 'hono/html'
import type { Repo } from '../state.js'
import type { WorkflowJob, WorkflowRun } from '../types.js'
import { type Html, lasted, layout, mark, moment, section, short } from './parts.js'

/** A workflow run with its jobs; a job that failed shows its log at once. */
export const runPage = (repo: Repo, run: WorkflowRun): Html =>
  layout(
    `${run.name} #${run.number}`,
    [
      ['/_/', 'repositories'],
      [`/_/${repo.fullName}`, repo.fullName],
    ],
    html`
<div class="card"><div class="row">${mark(run.conclusion ?? run.status)}
<span class="grow faint">${run.workflow}, ${run.event} by ${run.actor} on ${run.headBranch} at <code>${short(run.headSha)}</code>
${lasted(run.startedAt, run.conclusion && run.updatedAt)}</span>${moment(run.createdAt)}</div></div>
${section('Jobs', run.jobs.map(jobOf))}`,
  )

const jobOf = ({ name, status, conclusion, startedAt, completedAt, log }: WorkflowJob): Html =>
  html`<details${conclusion === 'failure' ? html` open` : ''}><summary>${mark(conclusion ?? status)} <b>${name}</b>
<small>${lasted(startedAt, completedAt)}</small></summary><pre class="log">${log.trimEnd() || 'No log.'}</pre></details>`
