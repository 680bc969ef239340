import { type Run, runUrl } from '../../shared/action/facts.js'
import { roles } from '../../shared/policy/types.js'
import { bounded, code, link, plain, summaryLimit } from '../../shared/report/markdown.js'
import type { PlannedCluster, RangeDecision } from './range.js'

/** The plan for people: clusters in the order they are deployed, and which pull requests each of them gets. */
export function describePlan(
  run: Run,
  { clusters, leftOut, undone, accepted }: Extract<RangeDecision, { kind: 'go' }>,
  standIns: string[],
): string {
  const rows = roles.flatMap((role) =>
    clusters.filter((cluster) => cluster.role === role).map((cluster) => row(cluster, run)),
  )
  return bounded(
    [
      `### Plan for ${code(run.sha.slice(0, 7))}`,
      '',
      '| wave | cluster | from | brings |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
      ...leftOut.map(
        ({ name, message, fix }) => `${plain(name)} is left out. ${plain(message, 400)} ${plain(fix, 400)}\n`,
      ),
      ...undone.map(
        ({ sha, author }) => `${code(sha.slice(0, 7))} by ${plain(author)} passed no gate; nothing of it is left.\n`,
      ),
      ...accepted.map(
        ({ sha, author, accepted: by = '' }) =>
          `${code(sha.slice(0, 7))} by ${plain(author)} passed no gate; ${plain(by)} accepted it.\n`,
      ),
      ...(standIns.length === 0
        ? []
        : [`Encrypted, so rendered with stand-ins: ${standIns.map((file) => code(file)).join(', ')}.`, '']),
    ].join('\n'),
    summaryLimit,
  )
}

function row({ role, name, from, commits }: PlannedCluster, run: Run): string {
  const brings = commits.map(({ sha, component, from: old, to, pull }) =>
    component === undefined && to === sha
      ? `reviewed: ${link(`#${pull.number}`, pull.url)}`
      : component === undefined
        ? `back to ${code(to.slice(0, 7))} (${link(`#${pull.number}`, pull.url)})`
        : `${plain(component)} ${code(old)} → ${code(to)} (${link(`#${pull.number}`, pull.url)})`,
  )
  const what = from === run.sha ? 'nothing new: verified already' : brings.join('<br>')
  return `| ${role} | ${plain(name)} | ${code(from.slice(0, 7))} | ${what} |`
}

/** The first operator's word, for people: who has to do what until when. */
export function describeWaiting(facts: {
  repo: string
  cluster: string
  commit: string
  operator: string
  until: Date
  elsewhere: { operator: string; commit: string } | undefined
}): { message: string; summary: string } {
  const { repo, cluster, commit, operator, until, elsewhere } = facts
  const by = `${until.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const message = `${operator} wants ${cluster} adopted at ${commit.slice(0, 7)}; one more operator has to say so until ${by}.`
  const lines = [
    `### ${plain(cluster)}: one more operator`,
    '',
    `${plain(message, 400)} Nothing was looked at yet, and nothing is verified.`,
    '',
    '**What to do next:** another operator starts the same workflow, while main is still at this commit:',
    '',
    `    gh workflow run adopt.yml --repo ${repo} -f cluster=${cluster}`,
    '',
    ...(elsewhere
      ? [
          `${plain(elsewhere.operator)}'s word does not count: it is for ${code(elsewhere.commit.slice(0, 7))}, and main moved since.`,
          '',
        ]
      : []),
  ]
  return { message, summary: bounded(lines.join('\n'), summaryLimit) }
}

/** How one cluster's deploy ended, for its job's summary. */
export function describeDeploy(run: Run, cluster: string, headline: string, details: string[]): string {
  return bounded(
    [
      `### ${plain(cluster)}: ${plain(headline, 400)}`,
      '',
      ...details.map((line) => `- ${code(line, 400)}`),
      '',
      `${link('Run', runUrl(run))}, commit ${code(run.sha.slice(0, 7))}`,
      '',
    ].join('\n'),
    summaryLimit,
  )
}
