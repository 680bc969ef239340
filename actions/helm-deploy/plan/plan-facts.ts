import type { ClusterPlan } from '../../../shared/render/cluster-plan.js'

/** GitHub cuts no output, but refuses a job's outputs over 1 MiB. */
const limit = 400_000

/** What is left out, step by step, until the rest fits. */
const reductions: ((plan: ClusterPlan) => ClusterPlan)[] = [
  (plan) => ({ ...plan, diffs: plan.diffs.map((diff) => ({ ...diff, lines: [] })) }),
  (plan) => ({ ...plan, diffs: [], notes: [...plan.notes, 'The list of objects is omitted: it is too long.'] }),
  (plan) => ({
    ...plan,
    disruptions: worst(plan),
    dangers: plan.dangers.slice(0, 5),
    removedApis: plan.removedApis.slice(0, 5),
  }),
]

/**
 * The plan's facts as JSON for the gate: never the lines of the diffs, at most 400,000 characters. Dangers, restarts and
 * removed APIs are shortened last, because the gate decides by them.
 */
export function planFacts(plans: ClusterPlan[]): string {
  let left = plans
  let text = ''
  for (const reduce of reductions) {
    left = left.map(reduce)
    text = JSON.stringify({ schema: 1, clusters: left })
    if (text.length <= limit) break
  }
  return text
}

const worst = ({ disruptions }: ClusterPlan): ClusterPlan['disruptions'] =>
  disruptions.toSorted((a, b) => Number(b.downtime) - Number(a.downtime)).slice(0, 5)
