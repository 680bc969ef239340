import { changesBetween, type ObjectChange } from '../../../../shared/render/changes.js'
import { type Rendering, resourcesIn } from '../../../../shared/render/resources.js'
import { writeYaml } from '../../../../shared/yaml/get-path.js'

/** What helm template would print for these objects. */
export const rendered = (...objects: unknown[]): Buffer =>
  Buffer.from(objects.map((object) => `---\n# Source: chart/templates/x.yaml\n${writeYaml(object)}`).join(''))

export interface Sides {
  base: Rendering
  head: Rendering
  changes: ObjectChange[]
}

/** Two renderings into the namespace `hub`, and what differs. */
export function sides(before: unknown[], after: unknown[]): Sides {
  const [base, head] = [before, after].map((objects) => resourcesIn(rendered(...objects), 'hub')) as [
    Rendering,
    Rendering,
  ]
  return { base, head, changes: changesBetween(base, head) }
}

export const objectOf = (apiVersion: string, kind: string, rest: Record<string, unknown> = {}, name = 'hub') => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
})

const template = (image: string) => ({
  metadata: { labels: { app: 'hub' } },
  spec: { containers: [{ name: 'hub', image }] },
})

/** A workload of the app `hub`; `spec` goes over the defaults. */
export const workload = (kind: string, image: string, spec: Record<string, unknown> = {}, name = 'hub') =>
  objectOf(
    'apps/v1',
    kind,
    { spec: { selector: { matchLabels: { app: 'hub' } }, template: template(image), ...spec } },
    name,
  )
