import { z } from 'zod'
import { foundOr404, invalidError } from '../errors.js'
import { findLabel, setLabels } from '../issues.js'
import type { Issue, LabelRecord } from '../state.js'
import { type Call, createdReply, type Handlers, issueOf, listReply, okReply, type Reply, readBody } from './call.js'
import { labelShape } from './issue-shapes.js'

const shape =
  ({ state, repo }: Call) =>
  (label: LabelRecord): unknown =>
    labelShape(state, repo, label)

const names = (issue: Issue): string[] => issue.labels.map(({ name }) => name)

export const labelHandlers = {
  'issues/list-labels-for-repo': (call) => listReply(call, call.repo.labels, shape(call)),

  'issues/get-label': (call) => okReply(shape(call)(foundOr404(findLabel(call.repo, call.params.name ?? '')))),

  'issues/create-label': (call) => {
    const body = readBody(call, 'Label', newLabelSchema)
    if (findLabel(call.repo, body.name))
      throw invalidError({ resource: 'Label', field: 'name', code: 'already_exists' })
    const label = { id: call.state.nextId(), ...body }
    call.repo.labels.push(label)
    return createdReply(shape(call)(label))
  },

  'issues/list-labels-on-issue': (call) => listReply(call, issueOf(call).labels, shape(call)),
  'issues/add-labels': (call) => set(call, [...names(issueOf(call)), ...asked(call)]),
  'issues/set-labels': (call) => set(call, asked(call)),

  'issues/remove-label': (call) => {
    const name = (call.params.name ?? '').toLowerCase()
    const label = foundOr404(issueOf(call).labels.find((one) => one.name.toLowerCase() === name))
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
  const body = readBody(call, 'Label', bodySchema)
  return Array.isArray(body) ? body : body.labels
}

async function set(call: Call, wanted: string[]): Promise<Reply> {
  const issue = issueOf(call)
  setLabels(call.state, call.repo, call.caller, issue, wanted)
  return okReply(issue.labels.map(shape(call)))
}
