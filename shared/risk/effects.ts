import type { Rendered } from './rendered.js'
import { firstNames } from './rendered-findings.js'

const most = 8

/** What a change does to users, in sentences, the worst first; strangers' text is in them. Undefined where it was not rendered. */
export function effectsOf(rendered: Rendered | undefined): string[] | undefined {
  if (!rendered) return undefined
  const affected = rendered.clusters.filter((one) => one.affected)
  if (affected.length === 0) return ['No cluster changes.']
  const found = new Map<string, { downtime: boolean; on: string[] }>()
  for (const { cluster, disruptions } of affected) {
    for (const { text, downtime } of disruptions) {
      const known = found.get(text) ?? { downtime, on: [] }
      found.set(text, { ...known, on: [...known.on, cluster] })
    }
  }
  const all = [...found].toSorted(([, one], [, other]) => Number(other.downtime) - Number(one.downtime))
  const shown = all.slice(0, most).map(([text, { on }]) => `${text.replace(/\.$/, '')} (${firstNames(on)}).`)
  const quiet = `Nothing restarts; settings change on ${firstNames(affected.map(({ cluster }) => cluster))}.`
  return [...(all.length === 0 ? [quiet] : shown), ...(all.length > most ? [`And ${all.length - most} more.`] : [])]
}

/** Whether something is away for a moment, or for good. */
export const isDowntime = ({ clusters }: Rendered): boolean =>
  clusters.some(({ disruptions }) => disruptions.some(({ downtime }) => downtime))
