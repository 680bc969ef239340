import type { Log } from '../../shared/foundation/log.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import type { Label } from '../../shared/github/labels.js'
import type { Component } from '../../shared/policy/policy.js'
import { escapeMarkdown, markdownCode, markdownLink } from '../../shared/report/markdown.js'
import { decideAlarm, type Overdue } from './stale.js'

/** What the alarm is about. */
export interface Gap {
  component: Component
  overdue: Overdue[]
  /** The newest version that is published, or deployed, and the upstream commit it belongs to: the gap begins there. */
  last: { version: string; commit: string }
  /** Of the component's repository, on GitHub. */
  upstreamUrl: string
}

const label: Label = 'deploy-stale'
const marker = (component: string, since = ''): string => `<!-- lockstep:stale ${component} ${since}`
const maxListed = 10

/**
 * One issue a component and gap, in the deploy repo: opened, kept up to date, and closed once versions are published again.
 * Returns its number while the alarm is on.
 */
export async function soundAlarm(github: GitHub, repo: string, gap: Gap, log: Log): Promise<number | undefined> {
  const { component, overdue, last } = gap
  const listed = await github.paginate(github.rest.issues.listForRepo, {
    ...repoRef(repo),
    labels: label,
    state: 'all',
    per_page: 100,
  })
  // Who may label issues here may speak for the deploy repo.
  const all = listed.filter(({ body, pull_request }) => !pull_request && body?.startsWith(marker(component.name)))
  const present = all.find(({ body }) => body?.startsWith(marker(component.name, last.commit)))
  const others = all.filter((issue) => issue !== present && issue.state === 'open')
  const state = present && (present.state === 'open' ? 'open' : 'closed')
  const alarm = decideAlarm(overdue.length, component, state, others.length > 0)

  const isStale = overdue.length >= component.staleAfter
  for (const { number } of isStale || state !== 'open' ? others : [...others, ...(present ? [present] : [])]) {
    const issue = { ...repoRef(repo), issue_number: number }
    await github.rest.issues.createComment({
      ...issue,
      body: `Versions of ${escapeMarkdown(component.name)} are published again.`,
    })
    await github.rest.issues.update({ ...issue, state: 'closed' })
  }
  if (!isStale) return undefined
  log.warning(`${component.name}: ${overdue.length} merges since ${last.version} have no published version.`)
  const issue = { ...repoRef(repo), title: titleOf(gap), body: bodyOf(gap) }
  if (alarm === 'open') return (await github.rest.issues.create({ ...issue, labels: [label] })).data.number
  if (alarm === 'update' && present && (present.title !== issue.title || present.body !== issue.body))
    await github.rest.issues.update({ ...issue, issue_number: present.number })
  return present?.number
}

const titleOf = ({ component, overdue }: Gap): string =>
  `${component.name}: ${overdue.length} merges upstream have no published version`

function bodyOf({ component, overdue, last, upstreamUrl }: Gap): string {
  const rows = overdue
    .slice(0, maxListed)
    .map(
      ({ sha, title, at }) =>
        `| ${markdownLink(sha.slice(0, 12), `${upstreamUrl}/commit/${sha}`)} | ${escapeMarkdown(title)} | ${escapeMarkdown(at)} |`,
    )
  const more = overdue.length - maxListed
  return [
    `${marker(component.name, last.commit)} -->`,
    `The newest known version of ${escapeMarkdown(component.name)} is ${markdownCode(last.version)}. The merges below are newer and should have been published by now, but no version of them was found, so they cannot be deployed.`,
    ['| commit | | merged |', '| --- | --- | --- |', ...rows, ...(more > 0 ? [`| and ${more} more | | |`] : [])].join(
      '\n',
    ),
    '### What to do now',
    [
      `1. Check the publish workflow of ${markdownLink(component.upstream, `${upstreamUrl}/actions`)}: does it fail, or does it no longer run?`,
      `2. If it publishes, the format of versions has changed: add a template to \`version\` of \`${component.name}\` in the policy. Present templates: ${component.versions.map((one) => markdownCode(one)).join(', ')}.`,
      '3. If these merges do not change the component, narrow its `paths` in the policy.',
    ].join('\n'),
    'This issue closes automatically once a version is published.',
  ].join('\n\n')
}
