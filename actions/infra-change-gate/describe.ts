import { bounded, commentLimit, plain } from '../../shared/report/markdown.js'
import type { Verdict } from './decide.js'

export const commentMarker = '<!-- lockstep:gate -->'

const sentence = (text: string): string => plain(text, 4_000)

/** The check's own page. GitHub allows 65,535 characters. */
export const checkSummary = ({ why, next }: Verdict): string =>
  bounded(`${sentence(why)}\n\n**What to do next:** ${sentence(next)}`, 60_000)

/** The sticky comment: only said where somebody has something to do, and taken back when that is done. */
export const comment = (verdict: Verdict): string => {
  const text =
    verdict.conclusion === 'failure'
      ? `### ${sentence(verdict.title)}\n\n${checkSummary(verdict)}`
      : `### ${sentence(verdict.title)}\n\nAll is well now: \`lockstep / gate\` is green.`
  return bounded(`${commentMarker}\n${text}`, commentLimit)
}
