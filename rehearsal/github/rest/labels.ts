import { z } from 'zod'
import { found, invalid } from '../errors.js'
import { findLabel, setLabels } from '../issues.js'
import type { Issue, Label } from '../state.js'
import { type Call, created, type Handlers, issueOf, list, ok, type Reply, read } from './call.js'
import { labelShape } from './issue-shapes.js'

const shape =
  ({ state, repo }: Call) =>
  (label: Label): unknown =>
    labelShape(state, repo, label)

const names = (issue: Issue): string[] => issue.labels.map(({ name }) => name)

export const labels = {
  'issues/list-labels-for-repo': (call) => list(call, call.repo.labels, shape(call)),

  'issues/get-label': (call) => ok(shape(call)(found(findLabel(call.repo, call.params.name ?? '')))),

  'issues/create-label': (call) => {
    const body = read(call, 'Label', newLabelSchema)
    if (findLabel(call.repo, body.name)) throw invalid({ resource: 'Label', field: 'name', code: 'already_exists' })
    const label = { id: call.state.nextId(), ...body }
    call.repo.labels.push(label)
    return created(shape(call)(label))
  },

  'issues/list-labels-on-issue': (call) => list(call, issueOf(call).labels, shape(call)),
  'issues/add-labels': (call) => set(call, [...names(issueOf(call)), ...asked(call)]),
  'issues/set-labels': (call) => set(call, asked(call)),

  'issues/remove-label': (call) => {
    const name = (call.params.name ?? '').toLowerCase()
    const label = found(issueOf(call).labels.find((one) => one.name.toLowerCase() === name))
    return set(
      call,
      names(issueOf(call)).filter((one) => one !== label.name),
    )
  },
} satisfies Partial<Handlers>

const newLabelSchema = z.object({
  name: z.string().min(1).max(50),
  color: z
    .string()
    .regex(/^[0-9a-fA-F]{6}$/)
    .default('ededed'),
  description: z.string().max(100).nullable().default(null),
})

/** The body is `{ labels: [...] }` or the list itself. */
function asked(call: Call): string[] {
  const bodySchema = z.union([z.array(z.string()), z.object({ labels: z.array(z.string()).default([]) })])
  const body = read(call, 'Label', bodySchema)
  return Array.isArray(body) ? body : body.labels
}

async function set(call: Call, wanted: string[]): Promise<Reply> {
  const issue = issueOf(call)
  setLabels(call.state, call.repo, call.caller, issue, wanted)
  return ok(issue.labels.map(shape(call)))
}
