import { z } from 'zod'
import { appOf } from '../accounts.js'
import { mergeWaiting } from '../auto-merge.js'
import { emitCheck } from '../check-events.js'
import { foundOr404, invalidError, Refusal, unprocessableError } from '../errors.js'
import { resolveCommit } from '../git.js'
import type { App } from '../identities.js'
import type { CheckRun, State } from '../state.js'
import {
  type Call,
  commitOf,
  createdReply,
  type Handlers,
  listIn,
  numberParam,
  okReply,
  readBody,
  shaSchema,
} from './call.js'
import { checkRunShape } from './check-shape.js'

const conclusions = ['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'] as const

export const checkHandlers = {
  'checks/create': async (call) => {
    const app = checkApp(call)
    const body = readBody(call, 'CheckRun', newCheckSchema)
    if ((await resolveCommit(call.repo.gitDir, body.head_sha)) !== body.head_sha) {
      throw invalidError({
        resource: 'CheckRun',
        field: 'head_sha',
        code: 'invalid',
        message: `No commit found for SHA: ${body.head_sha}`,
      })
    }
    const run: CheckRun = {
      id: call.state.nextId(),
      app,
      name: body.name,
      headSha: body.head_sha,
      externalId: '',
      detailsUrl: `${call.state.url}/apps/${app.slug}`,
      status: 'queued',
      conclusion: null,
      startedAt: body.started_at ?? call.state.now(),
      completedAt: null,
      output: { title: null, summary: null, text: null, annotations: [] },
    }
    change(call.state, run, body)
    call.repo.checks.push(run)
    emitCheck(call.state, call.repo, call.caller, run, undefined)
    await mergeWaiting(call.state, call.repo, run.headSha)
    return createdReply(checkRunShape(call.state, call.repo, run))
  },

  'checks/get': (call) => okReply(checkRunShape(call.state, call.repo, runOf(call))),

  'checks/update': async (call) => {
    const app = checkApp(call)
    const run = runOf(call)
    if (run.app !== app)
      throw new Refusal(
        403,
        `Invalid app_id \`${String(app.id)}\` - check run can only be modified by the GitHub App that created it.`,
      )
    const before = run.status
    change(call.state, run, readBody(call, 'CheckRun', changeSchema))
    emitCheck(call.state, call.repo, call.caller, run, before)
    await mergeWaiting(call.state, call.repo, run.headSha)
    return okReply(checkRunShape(call.state, call.repo, run))
  },

  'checks/list-for-ref': async (call) => {
    const { state, repo, query } = call
    const sha = await commitOf(call, call.params.ref ?? '')
    const wanted = repo.checks
      .filter((run) => run.headSha === sha)
      .filter((run) => !query.check_name || run.name === query.check_name)
      .filter((run) => !query.app_id || run.app.id === Number(query.app_id))
      .filter((run) => !query.status || run.status === query.status)
      .sort((a, b) => b.id - a.id)
    const shown = query.filter === 'all' ? wanted : wanted.filter(isLatest)
    return listIn(call, 'check_runs', shown, (run) => checkRunShape(state, repo, run))
  },
} satisfies Partial<Handlers>

const changeSchema = z.object({
  name: z.string().min(1).optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  conclusion: z.enum(conclusions).optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: z
    .object({
      title: z.string().optional(),
      summary: z.string().max(65_535).optional(),
      text: z.string().max(65_535).optional(),
      annotations: z.array(z.unknown()).max(50).default([]),
    })
    .optional(),
})

const newCheckSchema = changeSchema.extend({ name: z.string().min(1), head_sha: shaSchema })

/** Only an App makes checks. @throws Refusal 403 for a person. */
function checkApp(call: Call): App {
  const app = appOf(call.caller)
  if (!app) throw new Refusal(403, 'You must authenticate via a GitHub App.')
  return app
}

const runOf = (call: Call): CheckRun => {
  const id = numberParam(call, 'check_run_id')
  return foundOr404(call.repo.checks.find((run) => run.id === id))
}

function change(state: State, run: CheckRun, body: z.infer<typeof changeSchema>): void {
  const { completedCheck } = state.openRows
  const turns = run.status === 'completed' && body.conclusion !== undefined && body.conclusion !== run.conclusion
  if (turns && completedCheck === 'refused') throw unprocessableError('A completed check run cannot be changed.')
  const conclusion = turns && completedCheck === 'stays' ? (run.conclusion ?? undefined) : body.conclusion
  run.name = body.name ?? run.name
  run.detailsUrl = body.details_url ?? run.detailsUrl
  run.externalId = body.external_id ?? run.externalId
  run.status = body.conclusion ? 'completed' : (body.status ?? run.status)
  if (run.status === 'completed' && !body.conclusion && !run.conclusion) {
    throw invalidError({ resource: 'CheckRun', field: 'conclusion', code: 'missing_field' })
  }
  if (run.status === 'completed') run.completedAt = body.completed_at ?? run.completedAt ?? state.now()
  run.conclusion = run.status === 'completed' ? (conclusion ?? run.conclusion) : null
  if (run.status !== 'completed') run.completedAt = null
  if (!body.output) return
  const { title, summary, text, annotations } = body.output
  run.output = {
    title: title ?? run.output.title,
    summary: summary ?? run.output.summary,
    text: text ?? run.output.text,
    annotations: [...run.output.annotations, ...annotations],
  }
}

/** In a list that begins with the newest. */
const isLatest = (run: CheckRun, index: number, all: CheckRun[]): boolean =>
  all.findIndex((other) => other.name === run.name && other.app === run.app) === index
