import { type Fields, getList, getPath, getText, isFields } from '../yaml/get-path.js'
import { showShare } from './quantity.js'
import type { Rendering, Resource } from './resources.js'

/** A PodDisruptionBudget that covers a workload's pods. */
export interface Budget {
  name: string
  /** How many of the pods may be away at once; undefined where that cannot be told. */
  allows: number | undefined
}

/** The budgets whose selector matches the pods of a workload. */
export function budgetsOf(workload: Resource, rendering: Rendering, replicas: number | undefined): Budget[] {
  const labels = getPath(workload.object(), 'spec', 'template', 'metadata', 'labels')
  const found: Budget[] = []
  for (const resource of rendering.resources.values()) {
    if (resource.kind !== 'PodDisruptionBudget' || resource.namespace !== workload.namespace) continue
    const spec = getPath(resource.object(), 'spec')
    if (!matches(getPath(spec, 'selector'), isFields(labels) ? labels : {})) continue
    found.push({ name: resource.name, allows: replicas === undefined ? undefined : allowedBy(spec, replicas) })
  }
  return found
}

// Kubernetes rounds both up.
function allowedBy(spec: unknown, replicas: number): number | undefined {
  const unavailable = getPath(spec, 'maxUnavailable')
  if (unavailable !== undefined) return showShare(unavailable, replicas, 'up')
  const available = showShare(getPath(spec, 'minAvailable') ?? 1, replicas, 'up')
  return available === undefined ? undefined : Math.max(0, replicas - available)
}

/** Whether a label selector matches; an empty one matches everything, none at all nothing. */
function matches(selector: unknown, labels: Fields): boolean {
  if (!isFields(selector)) return false
  const wanted = getPath(selector, 'matchLabels')
  if (isFields(wanted) && Object.entries(wanted).some(([key, value]) => labels[key] !== value)) return false
  return getList(selector, 'matchExpressions').every((expression) => {
    const value = labels[getText(expression, 'key') ?? '']
    const isIn = getList(expression, 'values').includes(value)
    switch (getPath(expression, 'operator')) {
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
