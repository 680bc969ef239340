import type { Place } from './place.js'
import { NotSettled } from './probe.js'
import type { ProbeSession } from './session.js'

/** What a job's script has before it begins: calls with the job's own token, and a way to tell what it saw. */
const prelude = `
const headers = { authorization: 'Bearer ' + process.env.PROBE_TOKEN, accept: 'application/vnd.github+json' }
const send = async (url, method, body) => {
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const answer = await fetch(url, init)
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
}
const rest = (method, path, body) => send(process.env.GITHUB_API_URL + path, method, body)
const graphql = async (query) => (await send(process.env.GITHUB_GRAPHQL_URL, 'POST', { query })).body
const repo = '/repos/' + process.env.GITHUB_REPOSITORY
const tell = (value) => console.log('probe-told:' + Buffer.from(JSON.stringify(value)).toString('base64') + ':')
`

const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by))

/** A step that runs a script; it may tell something. */
export const step = (script: string): string => `- env:
    PROBE_TOKEN: \${{ github.token }}
  run: |
    cat > "$RUNNER_TEMP/ask.mjs" <<'SCRIPT'
${indented(prelude + script, 4)}
    SCRIPT
    node "$RUNNER_TEMP/ask.mjs"
`

export interface Run {
  id: number
  /** By name of the job: what it told, oldest first. */
  told: Map<string, unknown[]>
  conclusion: string | null
  jobs: { id: number; name: string; conclusion: string | null; started_at: string; completed_at: string | null }[]
}

/** Waits for the end of a run, and reads what its jobs told from their logs. */
export async function endOf(session: ProbeSession, { ref, user }: Place, id: number, attempt = 1): Promise<Run> {
  const run = await session.until(`the run ${id} to end`, async () => {
    const { data } = await user.rest.actions.getWorkflowRun({ ...ref, run_id: id })
    return data.status === 'completed' && (data.run_attempt ?? 1) >= attempt ? data : undefined
  })
  const { data } = await user.rest.actions.listJobsForWorkflowRun({ ...ref, run_id: id, per_page: 100 })
  const told = new Map<string, unknown[]>()
  for (const job of data.jobs) {
    if (job.conclusion === 'skipped') continue
    const log = await user.rest.actions.downloadJobLogsForWorkflowRun({ ...ref, job_id: job.id })
    const lines = [...String(log.data).matchAll(/probe-told:([A-Za-z0-9+/=]*):/g)]
    const values = lines.map(([, text = '']) => JSON.parse(Buffer.from(text, 'base64').toString()) as unknown)
    told.set(job.name, values)
  }
  return { id, told, conclusion: run.conclusion, jobs: data.jobs }
}

/** The run of a workflow for a commit. */
export const runOf = (session: ProbeSession, { ref, user }: Place, path: string, head_sha: string): Promise<number> =>
  session.until(`a run of ${path}`, async () => {
    const { data } = await user.rest.actions.listWorkflowRunsForRepo({ ...ref, head_sha, per_page: 100 })
    return data.workflow_runs.find((run) => run.path.split('@')[0] === path)?.id
  })

/**
 * Commits a workflow to main whose push starts it, and waits for the end.
 *
 * @param rest all of the file but its name and its trigger.
 */
export async function runWorkflow(
  session: ProbeSession,
  place: Place,
  rest: string,
  more: Record<string, string> = {},
): Promise<Run & { path: string }> {
  const path = `.github/workflows/${place.name()}.yml`
  const sha = await place.commit('main', { ...more, [path]: `${startedBy(path)}${rest}` })
  return { ...(await endOf(session, place, await runOf(session, place, path, sha))), path }
}

/** The trigger of a workflow that runs when its own file comes. */
export const startedBy = (path: string): string => `on: { push: { branches: [main], paths: ['${path}'] } }\n`

/** Runs a script in a job with these permissions (YAML) only, and gives what it told. */
export async function inJob<T>(session: ProbeSession, place: Place, permissions: string, script: string): Promise<T> {
  const { told, conclusion } = await runWorkflow(
    session,
    place,
    `permissions: ${permissions}
jobs:
  ask:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
${indented(step(script), 6)}`,
  )
  const [value] = told.get('ask') ?? []
  if (value === undefined) throw new NotSettled(`The job told nothing; it ended with ${conclusion}.`)
  return value as T
}
