import { z } from 'zod'
import type { Classification } from '../../shared/risk/classify.js'
import type { Group } from '../../shared/risk/types.js'

export const classes = [
  'k8s-upgrade',
  'bump-upstream',
  'bump-infra',
  'config-infra',
  'content',
  'docs',
  'ci',
  'other',
] as const

/** One merged change with what a person said of it. A file without contents is known by its path only. */
const change = z.object({
  sha: z.string(),
  title: z.string(),
  files: z.array(z.object({ status: z.string(), path: z.string() })),
  contents: z.record(z.string(), z.object({ before: z.string().nullable(), after: z.string().nullable() })),
  class: z.enum(classes),
  needs_infra_review: z.boolean(),
  transitive_jupyterhub: z.unknown(),
  label_confidence: z.string(),
})

export type LabelledChange = z.infer<typeof change>

export const changes = z.object({ commits: z.array(change) })

const names: Record<Group, (typeof classes)[number]> = {
  kubernetes: 'k8s-upgrade',
  bump: 'bump-upstream',
  component: 'bump-infra',
  config: 'config-infra',
  content: 'content',
  ci: 'ci',
  application: 'other',
  docs: 'docs',
}

/** The class that people gave, from what we call it. */
export const classOf = ({ group }: Pick<Classification, 'group'>): (typeof classes)[number] => names[group]
