import { clusterNames } from '../fixtures/names.js'
import type { RepositoryEvent } from '../github/types.js'
import type { TimelineLine } from './timeline.js'

interface PullRequest {
  number: number
  title: string
  merged: boolean
  assignees: { login: string }[]
}

interface CheckRun {
  name: string
  status: string
  conclusion: string | null
  output?: { title?: string | null }
}

/** An event of GitHub as one line; undefined for what does not matter to whoever watches. */
export function describeEvent(event: RepositoryEvent): TimelineLine | undefined {
  const { name, action, repo, payload } = event
  const actor = event.actor.replace(/-?bump\[bot\]$/, '')
  const place = repo.split('/')[1] ?? repo
  if (name === 'pull_request') {
    const pr = payload['pull_request'] as PullRequest
    if (action === 'opened') return { who: actor, what: `opens ${place} #${pr.number}: ${pr.title}` }
    if (action === 'assigned') {
      return { who: place, what: `#${pr.number} is assigned to ${pr.assignees.map(({ login }) => login).join(', ')}` }
    }
    if (action === 'closed' && pr.merged) return { who: actor, what: `merges ${place} #${pr.number}`, mood: 'good' }
    if (action === 'synchronize') return { who: actor, what: `pushes to ${place} #${pr.number}`, detail: true }
  }
  if (name === 'issues' && action === 'opened') {
    const issue = payload['issue'] as { number: number; title: string; labels?: { name: string }[] } | undefined
    if (!issue) return undefined
    const bad = issue.labels?.some((label) => label.name === 'deploy-blocked-version')
    return { who: actor, what: `opens ${place} issue #${issue.number}: ${issue.title}`, mood: bad ? 'bad' : 'plain' }
  }
  if (name === 'check_run' && action === 'completed') return describeCheck(place, payload['check_run'] as CheckRun)
  if (name === 'deployment_status') return describeDeployment(payload)
  return undefined
}

function describeCheck(place: string, { name, conclusion, output }: CheckRun): TimelineLine | undefined {
  if (name !== 'lockstep / gate') return undefined
  const green = conclusion === 'success'
  return { who: place, what: `${name}: ${output?.title ?? conclusion}`, mood: green ? 'good' : 'bad' }
}

function describeDeployment(payload: Record<string, unknown>): TimelineLine | undefined {
  const { state, description = '' } = payload['deployment_status'] as { state: string; description?: string }
  const { environment } = payload['deployment'] as { environment: string }
  const wave = clusterNames.map(String).indexOf(environment) + 1
  if (state === 'success' && description.includes('was rolled back to')) {
    return { who: environment, what: description, mood: 'good' }
  }
  if (state === 'success') return { who: environment, what: `deployed and verified (wave ${wave})`, mood: 'good' }
  if (state === 'failure' || state === 'error') {
    return { who: environment, what: `not verified (wave ${wave}): ${description}`, mood: 'bad' }
  }
  if (state === 'pending') return { who: environment, what: description, detail: true }
  return undefined
}
