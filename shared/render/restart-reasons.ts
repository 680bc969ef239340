import { isDeepStrictEqual } from 'node:util'
import { type Fields, getList, getPath, getText, isFields } from '../yaml/get-path.js'

const words: Record<string, string> = {
  image: 'image',
  env: 'environment',
  envFrom: 'environment',
  args: 'arguments',
  command: 'arguments',
  resources: 'resources',
  livenessProbe: 'probes',
  readinessProbe: 'probes',
  startupProbe: 'probes',
  volumeMounts: 'volumes',
}

/** What differs between the pod templates of two versions of a workload: names of fields, never values. */
export function podReasons(before: unknown, after: unknown): string[] {
  const [old, now] = [getPath(before, 'spec', 'template'), getPath(after, 'spec', 'template')]
  const reasons = ['annotations', 'labels'].flatMap((kind) =>
    differing(getPath(old, 'metadata', kind), getPath(now, 'metadata', kind)).map(
      (key) => `${kind.slice(0, -1)} ${key}`,
    ),
  )
  for (const list of ['initContainers', 'containers']) reasons.push(...containerReasons(old, now, list))
  for (const key of differing(getPath(old, 'spec'), getPath(now, 'spec'))) {
    if (key !== 'containers' && key !== 'initContainers') reasons.push(key)
  }
  return [...new Set(reasons)]
}

function containerReasons(old: unknown, now: unknown, list: string): string[] {
  const byName = (template: unknown): Map<string, unknown> =>
    new Map(getList(template, 'spec', list).map((container) => [getText(container, 'name') ?? '', container]))
  const [before, after] = [byName(old), byName(now)]
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [one, other] = [before.get(name), after.get(name)]
    if (!one) return [`new container ${name}`]
    if (!other) return [`removed container ${name}`]
    return differing(one, other).map((key) => `${words[key] ?? key} of ${name}`)
  })
}

const fields = (value: unknown): Fields => (isFields(value) ? value : {})

function differing(before: unknown, after: unknown): string[] {
  const [old, now] = [fields(before), fields(after)]
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  return keys.filter((key) => !isDeepStrictEqual(old[key], now[key]))
}
