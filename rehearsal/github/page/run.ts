import { html } from 'hono/html'
import type { Repo } from '../state.js'
import type { WorkflowJob, WorkflowRun } from '../types.js'
import { durationPart, type Html, markPart, momentPart, pageLayout, sectionPart, shortSha } from './parts.js'

/** A workflow run with its jobs; a job that failed shows its log at once. */
export const runPage = (repo: Repo, run: WorkflowRun): Html =>
  pageLayout(
    `${run.name} #${run.number}`,
    [
      ['/_/', 'repositories'],
      [`/_/${repo.fullName}`, repo.fullName],
    ],
    html`
<div class="card"><div class="row">${markPart(run.conclusion ?? run.status)}
<span class="grow faint">${run.workflow}, ${run.event} by ${run.actor} on ${run.headBranch} at <code>${shortSha(run.headSha)}</code>
${durationPart(run.startedAt, run.conclusion && run.updatedAt)}</span>${momentPart(run.createdAt)}</div></div>
${sectionPart('Jobs', run.jobs.map(jobOf))}`,
  )

const jobOf = ({ name, status, conclusion, startedAt, completedAt, log }: WorkflowJob): Html =>
  html`<details${conclusion === 'failure' ? html` open` : ''}><summary>${markPart(conclusion ?? status)} <b>${name}</b>
<small>${durationPart(startedAt, completedAt)}</small></summary><pre class="log">${log.trimEnd() || 'No log.'}</pre></details>`
