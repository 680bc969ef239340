import type { User } from '../../rehearsal/github/types.js'
import { writeTrial } from '../../shared/records/staging-trials.js'
import { commitOn, type Lane } from './code-lane.js'
import { commentsOf } from './gate-records.js'
import { type GateRun, gateHere, gateRendered, heardAs } from './gate-rendered.js'

export const day = 24 * 60 * 60_000
export const later = (milliseconds: number) => () => new Date(Date.now() + milliseconds)

/** Every cluster would take it. */
export const asking = { inputs: { 'dry-run-result': 'success' } }

/** The gate's own comment. */
export const comment = async (lane: Lane, pull: number): Promise<string> =>
  (await commentsOf(lane, pull))[0]?.body ?? ''

export const asked = (lane: Lane, by: User | undefined) => lane.client(by?.token ?? '')

export async function approve(lane: Lane, pull: number, ...by: (User | undefined)[]): Promise<void> {
  for (const one of by) {
    await asked(lane, one).rest.pulls.createReview({ ...lane.deployAt, pull_number: pull, event: 'APPROVE' })
  }
}

/** A comment, the gate's two jobs that it starts, and what became of it. */
export async function say(lane: Lane, by: User | undefined, pull: number, body: string, more: GateRun = {}) {
  const { rest } = asked(lane, by)
  const { data: comment } = await rest.issues.createComment({ ...lane.deployAt, issue_number: pull, body })
  const started = await gateRendered(lane, pull, { ...more, comment: heardAs(lane) })
  const reactions = await rest.reactions.listForIssueComment({ ...lane.deployAt, comment_id: comment.id })
  const { data: comments } = await rest.issues.listComments({ ...lane.deployAt, issue_number: pull, per_page: 100 })
  const answers = comments.filter(({ id, body: text }) => id > comment.id && !text?.startsWith('<!--'))
  return {
    ...started,
    said: `${started.result.decision} ${started.result.reason}`,
    reaction: reactions.data.map(({ content }) => content).join(),
    answer: answers.map(({ body: text }) => text ?? '').join('\n'),
  }
}

/** As stage.yml's last job writes it. */
async function staged(lane: Lane, stage: string, run: string): Promise<void> {
  const github = lane.client(await lane.token('gate'))
  const { pull, head, digest } = JSON.parse(stage)
  const record = { schema: 1, pull, head, digest, run, cluster: 'staging', passed: true } as const
  const about = { logUrl: 'https://example.org', description: 'passed' }
  await writeTrial({ github, repo: lane.deployRepo, gateBot: 90000011 }, { ...record, ...about, ref: 'main' })
}

/** A version of the ingress controller by ada, as what decides how careful one has to be. */
export async function proposeIngress(lane: Lane, from: string, to: string): Promise<number> {
  const chart = (await lane.deployed('meta/Chart.yaml')) ?? ''
  const withIngress = (version: string) =>
    `${chart}  - name: ingress-nginx\n    version: ${version}\n    repository: https://charts.example\n`
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', { 'meta/Chart.yaml': withIngress(from) })
  const pull = await lane.propose('ingress', { 'meta/Chart.yaml': withIngress(to) })
  await gateRendered(lane, pull)
  return pull
}

/** An operator has it staged, and it goes there and back. */
export async function stageBy(lane: Lane, by: User | undefined, pull: number, run = '7/1'): Promise<void> {
  await asked(lane, by).rest.issues.createComment({ ...lane.deployAt, issue_number: pull, body: '/try-staging' })
  await staged(lane, (await gateHere(lane, pull, { comment: heardAs(lane) })).outputs['staging-trial'] ?? '', run)
}
