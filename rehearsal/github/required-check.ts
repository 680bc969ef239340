import type { Repo } from './state.js'

const good = new Set(['success', 'neutral', 'skipped'])

interface Word {
  id: number
  completed: boolean
  good: boolean
}

/** What the ruleset's check says about a commit: only the newest of that name from its source counts. */
export function requiredCheckState(repo: Repo, sha: string): 'passed' | 'expected' | 'failing' {
  if (!repo.requiredCheck) return 'passed'
  const newest = words(repo, repo.requiredCheck, sha).reduce<Word | undefined>(
    (a, b) => (a && a.id > b.id ? a : b),
    undefined,
  )
  if (!newest?.completed) return 'expected'
  return newest.good ? 'passed' : 'failing'
}

/** From any source a commit status does as well. */
function words(repo: Repo, { name, appId }: { name: string; appId?: number }, sha: string): Word[] {
  const runs = repo.checks.filter((run) => run.headSha === sha && run.name === name)
  const checks = runs
    .filter(({ app }) => appId === undefined || app.id === appId)
    .map(({ id, status, conclusion }) => ({ id, completed: status === 'completed', good: good.has(conclusion ?? '') }))
  if (appId !== undefined) return checks
  const statuses = repo.statuses
    .filter((status) => status.sha === sha && status.context === name)
    .map(({ id, state }) => ({ id, completed: state !== 'pending', good: state === 'success' }))
  return [...checks, ...statuses]
}

/** GitHub's message where the ruleset forbids that `sha` becomes the tip of the default branch. */
export function checkViolation(repo: Repo, sha: string): string | undefined {
  const state = requiredCheckState(repo, sha)
  if (state === 'passed' || !repo.requiredCheck) return undefined
  const name = JSON.stringify(repo.requiredCheck.name)
  return `Repository rule violations found\n\nRequired status check ${name} is ${state}.\n\n`
}
