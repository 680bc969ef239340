import { share } from './quantity.js'
import type { Rendering, Resource } from './resources.js'
import { at, type Fields, isFields, listAt, textAt } from './yaml.js'

/** A PodDisruptionBudget that covers a workload's pods. */
export interface Budget {
  name: string
  /** How many of the pods may be away at once; undefined where that cannot be told. */
  allows: number | undefined
}

/** The budgets whose selector matches the pods of a workload. */
export function budgetsOf(workload: Resource, rendering: Rendering, replicas: number | undefined): Budget[] {
  const labels = at(workload.object(), 'spec', 'template', 'metadata', 'labels')
  const found: Budget[] = []
  for (const resource of rendering.resources.values()) {
    if (resource.kind !== 'PodDisruptionBudget' || resource.namespace !== workload.namespace) continue
    const spec = at(resource.object(), 'spec')
    if (!matches(at(spec, 'selector'), isFields(labels) ? labels : {})) continue
    found.push({ name: resource.name, allows: replicas === undefined ? undefined : allowedBy(spec, replicas) })
  }
  return found
}

// Kubernetes rounds both up.
function allowedBy(spec: unknown, replicas: number): number | undefined {
  const unavailable = at(spec, 'maxUnavailable')
  if (unavailable !== undefined) return share(unavailable, replicas, 'up')
  const available = share(at(spec, 'minAvailable') ?? 1, replicas, 'up')
  return available === undefined ? undefined : Math.max(0, replicas - available)
}

/** Whether a label selector matches; an empty one matches everything, none at all nothing. */
function matches(selector: unknown, labels: Fields): boolean {
  if (!isFields(selector)) return false
  const wanted = at(selector, 'matchLabels')
  if (isFields(wanted) && Object.entries(wanted).some(([key, value]) => labels[key] !== value)) return false
  return listAt(selector, 'matchExpressions').every((expression) => {
    const value = labels[textAt(expression, 'key') ?? '']
    const isIn = listAt(expression, 'values').includes(value)
    switch (at(expression, 'operator')) {
      case 'In':
        return isIn
      case 'NotIn':
        return !isIn
      case 'Exists':
        return value !== undefined
      case 'DoesNotExist':
        return value === undefined
      default:
        return false
    }
  })
}
