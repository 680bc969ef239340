import type { User } from '../../rehearsal/github/types.js'
import { at, type DeployWorld } from './deploy-world.js'
import { type PlanWorld, startPlanWorld } from './plan-world.js'
import { type Started, startAction } from './start-action.js'

/** A deploy repo with two operators, ada and bob, to whose default branch somebody pushes directly. */
export interface AcceptWorld extends AsyncDisposable {
  plans: PlanWorld
  world: DeployWorld
  bob: User
  mallory: User
  /** helm-deploy's mode `report-unreviewed`, as the deploy of a commit runs it. */
  tell(commit: string): Promise<Started>
  /** The open issues about what came in without the gate. */
  issues(): Promise<{ number: number; body: string }[]>
  /** A comment under an issue, and the gate that hears it. */
  say(by: { token: string }, issue: number, text: string): Promise<Started & { reactions: string[]; answer: string }>
}

export async function startAcceptWorld(): Promise<AcceptWorld> {
  const plans = await startPlanWorld({ operators: '[ada, bob]', collaborators: { bob: 'write' } })
  const { world } = plans
  const [bob, mallory] = [world.github.createUser('bob'), world.github.createUser('mallory')]
  const ada = world.as(world.tokens.ada)
  const about = (commit: string, workspace: string, change = {}) =>
    world.env(commit, workspace, { PATH: world.noTools, ...change })
  return {
    ...{ plans, world, bob, mallory },
    tell: async (commit) =>
      startAction('helm-deploy', {
        inputs: { mode: 'report-unreviewed', token: world.tokens.gate, 'upstream-token': world.tokens.job },
        env: about(commit, await world.checkout(commit)),
      }),
    async issues() {
      const { data } = await ada.rest.issues.listForRepo({ ...at, state: 'open', labels: 'deploy-unreviewed-commit' })
      return data.map(({ number, body }) => ({ number, body: body ?? '' }))
    },
    async say({ token }, issue_number, body) {
      const { data: comment } = await world.as(token).rest.issues.createComment({ ...at, issue_number, body })
      const event = world.github.events.findLast(({ name }) => name === 'issue_comment')?.payload
      const started = await startAction('infra-change-gate', {
        inputs: { mode: 'approve-commit', token: world.tokens.gate },
        env: about(await world.head(), world.dir, { GITHUB_EVENT_NAME: 'issue_comment' }),
        event,
      })
      const reactions = await ada.rest.reactions.listForIssueComment({ ...at, comment_id: comment.id })
      const { data: comments } = await ada.rest.issues.listComments({ ...at, issue_number, per_page: 100 })
      const answers = comments.filter(({ id }) => id > comment.id).map(({ body }) => body ?? '')
      return { ...started, reactions: reactions.data.map(({ content }) => content), answer: answers.join('\n') }
    },
    [Symbol.asyncDispose]: () => plans[Symbol.asyncDispose](),
  }
}
