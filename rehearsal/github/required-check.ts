import type { Repo } from './state.js'

const good = new Set(['success', 'neutral', 'skipped'])

/** What the ruleset's check says about a commit: only the newest run of that name from that App counts. */
export function requiredCheckState(repo: Repo, sha: string): 'passed' | 'expected' | 'failing' {
  const rule = repo.requiredCheck
  if (!rule) return 'passed'
  const newest = repo.checks
    .filter((run) => run.headSha === sha && run.name === rule.name && run.app.id === rule.appId)
    .reduce((a, b) => (a && a.id > b.id ? a : b), undefined as Repo['checks'][number] | undefined)
  if (newest?.status !== 'completed') return 'expected'
  return good.has(newest.conclusion ?? '') ? 'passed' : 'failing'
}

/** GitHub's message where the ruleset forbids that `sha` becomes the tip of the default branch. */
export function checkViolation(repo: Repo, sha: string): string | undefined {
  const state = requiredCheckState(repo, sha)
  if (state === 'passed' || !repo.requiredCheck) return undefined
  const name = JSON.stringify(repo.requiredCheck.name)
  return `Repository rule violations found\n\nRequired status check ${name} is ${state}.\n\n`
}
