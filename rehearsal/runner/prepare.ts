import { type Contexts, type Json, renameContexts, renameInExpression } from './expression.js'
import type { JobRequest } from './jobs.js'

/** The variable that carries what act does not know: it is the one context that is readable everywhere in a job. */
const carrier = 'REHEARSAL_CONTEXT'

const carried = (path: string): string => `fromJSON(vars.${carrier}).${path}`

/** Properties of `github` that act leaves empty. */
const missingInAct = [
  'triggering_actor',
  'workflow_ref',
  'workflow_sha',
  'repository_id',
  'repository_owner_id',
  'actor_id',
]

const names: Record<string, string> = {
  needs: carried('needs'),
  inputs: carried('inputs'),
  ...Object.fromEntries(missingInAct.map((name) => [`github.${name}`, carried(`github.${name}`)])),
}

/**
 * A workflow with this one job, for act.
 *
 * The runner has already decided everything that concerns more than one job, and the job's environment, permissions and
 * concurrency, which act does not know; what is left are the steps. Contexts of other jobs come in a variable.
 */
export function oneJobWorkflow(request: JobRequest, event: string): string {
  const { workflow, job, id, matrix } = request
  const alone = {
    name: workflow.title,
    on: event,
    ...(workflow.env && { env: renamed(workflow.env) }),
    ...(workflow.defaults !== undefined && { defaults: workflow.defaults }),
    jobs: {
      [id]: {
        'runs-on': 'ubuntu-latest',
        ...(Object.keys(matrix).length > 0 && { strategy: { matrix: { include: [matrix] } } }),
        ...(job.env && { env: renamed(job.env) }),
        ...(job.defaults !== undefined && { defaults: renamed(job.defaults) }),
        steps: job.steps.map(preparedStep),
      },
    },
  }
  // JSON is YAML, and leaves no doubt about quoting.
  return JSON.stringify(alone, undefined, 2)
}

/** The variables for act: the repository's and the environment's own, and the carrier. */
export function actVariables(contexts: Contexts, own: Record<string, string>): Record<string, string> {
  const { github, needs, inputs } = contexts
  return { ...own, [carrier]: JSON.stringify({ github: github ?? {}, needs: needs ?? {}, inputs: inputs ?? {} }) }
}

function preparedStep(step: Record<string, Json>): Json {
  const { if: condition, ...rest } = step
  const prepared = renamed(rest) as Record<string, Json>
  return condition === undefined ? prepared : { ...prepared, if: renameInExpression(String(condition), names) }
}

function renamed(value: Json): Json {
  if (typeof value === 'string') return renameContexts(value, names)
  if (Array.isArray(value)) return value.map(renamed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item)]))
}

/** The actions of other repositories that a job's steps use: `owner/name@ref`, without a path inside. */
export function usedActions(request: JobRequest): string[] {
  const used = request.job.steps.flatMap(({ uses }) => (typeof uses === 'string' ? [uses] : []))
  return used.flatMap((uses) => {
    const [, repository, ref] = /^([\w.-]+\/[\w.-]+)(?:\/[^@]*)?@(.+)$/.exec(uses) ?? []
    return repository && ref ? [`${repository}@${ref}`] : []
  })
}
