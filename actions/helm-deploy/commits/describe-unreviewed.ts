import { mentionOperators } from '../../../shared/duty/operators.js'
import { type RunFacts, runUrl } from '../../../shared/foundation/run-facts.js'
import type { Label } from '../../../shared/github/labels.js'
import type { Policy } from '../../../shared/policy/policy.js'
import { escapeMarkdown, markdownCode, markdownLink, truncateMarkdown } from '../../../shared/report/markdown.js'

export const unreviewedLabel: Label = 'deploy-unreviewed-commit'
export const unreviewedMarker = '<!-- lockstep:ungated -->'

/** A commit that did not pass the gate and is not fully reverted. */
export interface UnreviewedCommit {
  sha: string
  paths: string[]
  /** Logins; undefined where GitHub does not say. */
  pushers: string[] | undefined
  why: string
  /** Whether an operator can approve it: not if it is the merge of a pull request that the gate refused. */
  acceptable: boolean
}

interface Occasion {
  policy: Policy
  run: RunFacts
  /** How many commits are not listed. */
  more: number
}

const short = (sha: string): string => sha.slice(0, 7)

/** The issue about commits that did not pass the gate: what they are, and what to do. */
export function describeUnreviewed(
  commits: UnreviewedCommit[],
  { policy, run, more }: Occasion,
): { title: string; body: string } {
  const count = commits.length + more
  const title = `${count === 1 ? 'A commit' : `${count} commits`} did not pass the gate: deploys are stopped`
  const body = [
    unreviewedMarker,
    `${mentionOperators(policy)}: deploys wait, because the default branch has commits that did not pass the gate.`,
    ['| commit | pushed by | what it changes |', '| --- | --- | --- |', ...commits.map((one) => row(one, run))].join(
      '\n',
    ),
    ...(more > 0 ? [`${more} more are not listed.`] : []),
    ...commits.map(({ why }) => `- ${escapeMarkdown(why, 300)}`).slice(0, 5),
    '### What to do now',
    '**Revert it** with a pull request. Deploys continue once it is fully reverted:',
    fenced(commits.map(({ sha }) => `git revert ${short(sha)}`)),
    ...accepting(commits),
    `Then re-run **all** jobs of the ${markdownLink('deploy', runUrl(run))}, or merge the next change. This issue closes by itself once nothing blocks deploys.`,
  ]
  return { title, body: truncateMarkdown(body.join('\n\n')) }
}

function accepting(commits: UnreviewedCommit[]): string[] {
  const acceptable = commits.filter((one) => one.acceptable)
  if (acceptable.length === 0) return []
  const [unknown] = acceptable.filter(({ pushers }) => pushers === undefined)
  return [
    '**Or approve it**: an operator who neither wrote nor pushed it reviews all of its changes and comments here, once per commit:',
    fenced(acceptable.map(({ sha }) => `/approve ${sha}`)),
    ...(unknown ? [`It is unknown who pushed ${markdownCode(short(unknown.sha))}, so it can only be reverted.`] : []),
  ]
}

const fenced = (lines: string[]): string => ['```', ...lines, '```'].join('\n')

function row({ sha, paths, pushers }: UnreviewedCommit, { serverUrl, repository }: RunFacts): string {
  const shown = paths.slice(0, 10).map((path) => markdownCode(path, 120))
  const what = [...shown, ...(paths.length > 10 ? [`${paths.length - 10} more`] : [])].join('<br>')
  const who = pushers === undefined ? 'unknown' : pushers.map((login) => escapeMarkdown(login)).join(', ')
  return `| ${markdownLink(short(sha), `${serverUrl}/${repository}/commit/${sha}`)} | ${who} | ${what} |`
}
