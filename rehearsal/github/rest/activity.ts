import type { Activity } from '../state.js'
import { type Call, type Handlers, pageOf } from './call.js'
import { nodeId, userShape } from './shapes.js'

/** Who moved which branch; newest first, as GitHub lists it. There are no pages: a cursor, here an id, leads on. */
export const activityHandlers = {
  'repos/list-activities': (call) => {
    const { state, repo, query } = call
    const ref = query.ref?.replace(/^(?!refs\/)/, 'refs/heads/')
    const wanted = ({ ref: of, type, actor }: Activity): boolean =>
      (ref === undefined || of === ref) &&
      (query.activity_type === undefined || type === query.activity_type) &&
      (query.actor === undefined || actor.login === query.actor)
    const all = repo.activities.filter(wanted)
    const sorted = query.direction === 'asc' ? all : all.toReversed()
    const start = query.after === undefined ? 0 : sorted.findIndex(({ id }) => String(id) === query.after) + 1
    const shown = sorted.slice(start, start + pageOf(call).perPage)
    const more = start + shown.length < sorted.length
    return {
      status: 200,
      headers: more ? nextLink(call, shown.at(-1)) : {},
      body: shown.map((one) => ({
        ...{ id: one.id, node_id: nodeId('PSH', one.id), before: one.before, after: one.after, ref: one.ref },
        ...{ timestamp: one.at, activity_type: one.type, actor: userShape(state, one.actor) },
      })),
    }
  },
} satisfies Partial<Handlers>

function nextLink({ state, path, query }: Call, last: Activity | undefined): Record<string, string> {
  const next = new URLSearchParams({ ...query, after: String(last?.id) })
  return { link: `<${state.url}${path}?${next}>; rel="next"` }
}
