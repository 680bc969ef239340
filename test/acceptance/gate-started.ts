import type { Lane } from './code-lane.js'
import type { Started } from './start-action.js'

/** The gate, started by nothing but an event, as gate.yml starts it. */
async function gateBy(lane: Lane, name: string, event: unknown): Promise<Started> {
  const { inputs, env } = await lane.starts.gate(1)
  const { 'pull-request': _, ...given } = inputs
  return lane.gateStarted({ inputs: given, env: { ...env, GITHUB_EVENT_NAME: name }, event })
}

const newest = (lane: Lane, name: string) =>
  lane.github.events.findLast((event) => event.name === name && event.repo === lane.deployRepo)

/** By the newest event of a pull request; with it, what that was. */
export async function byPullEvent(lane: Lane): Promise<Started & { action: string | undefined }> {
  const event = newest(lane, 'pull_request')
  return { ...(await gateBy(lane, 'pull_request_target', event?.payload)), action: event?.action }
}

/** By the end of reviewed.yml, which the newest review of this pull request started: of a fork's, GitHub names none. */
export async function byReview(lane: Lane, pull_number: number): Promise<Started> {
  const { data } = await lane.client(lane.ada.token).rest.pulls.get({ ...lane.deployAt, pull_number })
  const headRepo = data.head.repo?.full_name ?? ''
  const { id } = lane.github.startRun({
    ...{ repo: lane.deployRepo, workflow: '.github/workflows/reviewed.yml', name: 'reviewed', title: data.title },
    ...{ event: 'pull_request_review', actor: newest(lane, 'pull_request_review')?.actor ?? '' },
    ...{ headRepo, headBranch: data.head.ref, headSha: data.head.sha },
    pullRequests: headRepo === lane.deployRepo ? [pull_number] : [],
  })
  lane.github.updateRun(id, { status: 'completed', conclusion: 'success' })
  return gateBy(lane, 'workflow_run', newest(lane, 'workflow_run')?.payload)
}
