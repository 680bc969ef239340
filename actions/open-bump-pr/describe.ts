import { type CarriedChange, carriedTable } from '../../shared/bump/carried.js'
import type { Artifact } from '../../shared/bump/published.js'
import type { UpstreamChange } from '../../shared/duty/merges.js'
import type { Component } from '../../shared/policy/policy.js'
import {
  escapeMarkdown,
  markdownCode,
  markdownLink,
  mentionLogin,
  truncateMarkdown,
} from '../../shared/report/markdown.js'

/** What a bump's pull request is about. */
export interface DescribedBump {
  component: Component
  from: string
  artifact: Artifact
  artifactCommit: string
  merges: UpstreamChange[]
  /** How many more changes there are than were looked up. */
  more: number
  duty: string[]
  /** Address of the comparison upstream. */
  compareUrl: string
  /** What its chart brings with it; undefined where that is not known. */
  carried: CarriedChange[] | undefined
  /** How long its deploy is going to take, in ms, where that is known. */
  expected: number | undefined
}

const start = '<!-- lockstep:bump -->'
const end = '<!-- lockstep:end -->'

export const bumpTitle = ({ component, artifact, merges, more }: DescribedBump): string => {
  const count = merges.length + more
  return `Bump ${component.name} to ${artifact.version} (${count} ${count === 1 ? 'change' : 'changes'})`
}

export const commitMessage = ({ component, from, artifact }: DescribedBump): string =>
  `Bump ${component.name} to ${artifact.version}\n\nfrom ${from}`

/**
 * The pull request's text. What people write before or after the part between the markers stays as it is.
 *
 * @param unassigned who is on duty but could not be assigned: they are mentioned instead.
 */
export function bumpBody(bump: DescribedBump, unassigned: string[], present = ''): string {
  const [, before = '', after = ''] =
    new RegExp(`^([\\s\\S]*?)${start}[\\s\\S]*?${end}([\\s\\S]*)$`).exec(present.replaceAll('\r\n', '\n')) ?? []
  const own = truncateMarkdown(sections(bump, unassigned).join('\n\n'), 60_000)
  return `${before}${start}\n${own}\n${end}${after}`
}

function sections(bump: DescribedBump, unassigned: string[]): string[] {
  const { component, from, artifact, artifactCommit, compareUrl } = bump
  return [
    [
      '| | before | after |',
      '| --- | --- | --- |',
      `| ${escapeMarkdown(component.name)} | ${markdownCode(from)} | ${markdownCode(artifact.version)} |`,
      `| sha256 | | ${markdownCode(artifact.sha256)} |`,
      `| upstream commit | | ${markdownLink(artifactCommit.slice(0, 12), `${compareUrl.split('/compare/')[0]}/commit/${artifactCommit}`)} |`,
    ].join('\n'),
    `### Changes\n\n${[carries(bump), ...inside(bump)].join('\n\n')}`,
    `[All changes upstream](${compareUrl})`,
    `### What to do now\n\n${[todo(bump, unassigned), ...takes(bump)].join('\n\n')}`,
  ]
}

function carries({ merges, more }: DescribedBump): string {
  const lines = merges.map(({ pull, title, author, mergedBy, commit }) => {
    const name = pull ? markdownLink(`#${pull.number}`, pull.url) : markdownCode(commit.slice(0, 12))
    const by = author ? ` by ${escapeMarkdown(author.login)}` : ''
    const merger = mergedBy
      ? `, merged by ${escapeMarkdown(mergedBy.login)}`
      : pull
        ? ''
        : ', pushed without a pull request'
    return `- ${name} ${escapeMarkdown(title)}${by}${merger}`
  })
  return [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')
}

function inside({ carried, from }: DescribedBump): string[] {
  if (carried === undefined)
    return [`Transitive changes are unknown: the registry no longer has ${markdownCode(from)} as it was.`]
  return carried.length === 0 ? [] : [carriedTable(carried)]
}

function todo({ duty, merges }: DescribedBump, unassigned: string[]): string {
  const [first] = duty
  if (first === undefined) {
    return 'Nobody is on duty, because bots made and merged these changes. An operator merges this when the check is green, and sees the deploy through.'
  }
  const who =
    duty.length === 1 ? mentionIf(first, unassigned) : duty.map((login) => mentionIf(login, unassigned)).join(', ')
  const mergers = merges.length === 1 ? 'You merged this upstream' : 'You merged these upstream'
  const note =
    unassigned.length > 0
      ? '\n\nPeople without access to this repository cannot be assigned: they are mentioned instead.'
      : ''
  return `On duty: ${who}. ${mergers}: merge this when \`lockstep / gate\` is green, and see the deploy through. The check says what to do if it is red.${note}`
}

function takes({ expected }: DescribedBump): string[] {
  if (expected === undefined) return []
  const minutes = Math.max(1, Math.round(expected / 60_000))
  return [
    `A deploy takes about ${minutes} min, from the merge to the last cluster's smoke test (median of the last deploys).`,
  ]
}

// A mention notifies; who is assigned was notified by that.
const mentionIf = (login: string, unassigned: string[]): string =>
  unassigned.includes(login) ? mentionLogin(login) : escapeMarkdown(login)

/** One paragraph for the run's summary and the log. */
export function summaryOf(operation: string, message: string, url: string | undefined): string {
  return `**open-bump-pr: ${escapeMarkdown(operation)}.** ${escapeMarkdown(message, 1_000)}${url === undefined ? '' : ` ${markdownLink('Pull request', url)}`}\n`
}
