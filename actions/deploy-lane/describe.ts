import { bounded, code, link, plain, summaryLimit } from '../../shared/report/markdown.js'
import type { UpstreamLanes } from './lanes.js'
import type { Judged } from './report.js'
import type { Lane, Unknown } from './types.js'

const maxPulls = 50

/** The run's page: each lane, and what was said of which pull request. Exceptions are named here, and in the status. */
export function describeLanes(repo: string, { lanes }: UpstreamLanes, judged: Judged[]): string {
  const rows = judged
    .slice(0, maxPulls)
    .map(
      ({ head, verdict }) => `| ${plain(`#${head.pull}`)} | ${icons[verdict.state]} | ${plain(verdict.description)} |`,
    )
  const more = judged.length - maxPulls
  const table = [
    '| pull request | | |',
    '| --- | --- | --- |',
    ...rows,
    ...(more > 0 ? [`| and ${more} more | | |`] : []),
  ]
  const text = [`### ${plain(repo)}`, lanes.map(inWords).join('\n'), ...(rows.length > 0 ? [table.join('\n')] : [])]
  return `${bounded(text.join('\n\n'), summaryLimit)}\n`
}

const icons = { success: '🟢', failure: '🔴', error: '🔴', pending: '🟡' }

function inWords(lane: Lane | Unknown): string {
  const name = code(lane.component)
  if ('problem' in lane) return `- ${name}: not known. ${plain(lane.problem, 500)}`
  if (lane.shut) return `- ${name}: shut by ${link(`#${lane.shut.number}`, lane.shut.url)} (${lane.shut.kind}).`
  if (lane.undeployed.length === 0) return `- ${name}: clear, all is deployed and verified.`
  const names = lane.undeployed.map(({ pull, commit }) => plain(pull === undefined ? commit.slice(0, 7) : `#${pull}`))
  return `- ${name}: not verified yet: ${names.join(', ')} (at most ${lane.max}, the next one included).`
}
