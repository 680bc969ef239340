import { readFileSync } from 'node:fs'

/** The facts of this workflow run, from the runner's documented default environment. */
export interface RunFacts {
  /** `owner/name` of the repository whose workflow this is. */
  repository: string
  /** The commit that started the run, 40 hex digits. */
  sha: string
  ref: string
  /** Run id and attempt: together they name one execution. */
  id: number
  attempt: number
  actor: string
  workspace: string
  serverUrl: string
  apiUrl: string
  graphqlUrl: string
  event: string
  /** The webhook payload, as GitHub sent it: strangers write parts of it. */
  payload: unknown
  temp: string
}

/** `<run id>/<attempt>`, as `result.run` shows it. */
export const runKey = (run: RunFacts): string => `${run.id}/${run.attempt}`

export const runUrl = (run: RunFacts): string =>
  `${run.serverUrl}/${run.repository}/actions/runs/${run.id}/attempts/${run.attempt}`

export function readRun(env: NodeJS.ProcessEnv): RunFacts {
  return {
    repository: env.GITHUB_REPOSITORY ?? '',
    sha: env.GITHUB_SHA ?? '',
    ref: env.GITHUB_REF ?? '',
    id: Number(env.GITHUB_RUN_ID ?? 0),
    attempt: Number(env.GITHUB_RUN_ATTEMPT ?? 1),
    actor: env.GITHUB_TRIGGERING_ACTOR ?? env.GITHUB_ACTOR ?? '',
    workspace: env.GITHUB_WORKSPACE ?? process.cwd(),
    serverUrl: env.GITHUB_SERVER_URL ?? 'https://github.com',
    apiUrl: env.GITHUB_API_URL ?? 'https://api.github.com',
    graphqlUrl: env.GITHUB_GRAPHQL_URL ?? 'https://api.github.com/graphql',
    event: env.GITHUB_EVENT_NAME ?? '',
    payload: readPayload(env.GITHUB_EVENT_PATH),
    temp: env.RUNNER_TEMP ?? env.TMPDIR ?? '/tmp',
  }
}

function readPayload(path: string | undefined): unknown {
  if (!path) return {}
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return {}
  }
}
