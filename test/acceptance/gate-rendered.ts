import { definition } from '../../actions/infra-change-gate/io.js'
import { infraChangeGate } from '../../actions/infra-change-gate/run.js'
import { compareCommits } from '../../shared/github/compare.js'
import type { Rendered } from '../../shared/risk/rendered.js'
import type { Lane } from './code-lane.js'
import { headOf } from './gate-records.js'
import { runHere } from './run-here.js'
import type { Started } from './start-action.js'

type OnCluster = Rendered['clusters'][number]

/** What comes out on staging, as the job that renders hands it on: by default one Deployment gets another setting. */
export async function renderedOf(lane: Lane, pull: number, change: Partial<OnCluster> = {}): Promise<string> {
  const head = await headOf(lane, pull)
  const { mergeBase } = await compareCommits(lane.client(lane.ada.token), lane.deployRepo, 'main', head)
  const usual: OnCluster = {
    ...{ cluster: 'staging', release: 'service', affected: true, cause: 'rendering' },
    ...{ counts: { added: 0, changed: 1, removed: 0 }, dangers: [], removedApis: [], disruptions: [] },
  }
  return JSON.stringify({
    schema: 1,
    head,
    base: mergeBase,
    clusters: [{ ...usual, ...change }],
  } satisfies Rendered)
}

export interface GateRun {
  /** The event of the comment that starts it, see `heardAs`. */
  comment?: unknown
  now?: () => Date
  inputs?: Record<string, string>
}

/** The gate in this process, with any inputs, at any time. */
export async function gateHere(lane: Lane, pull: number, { comment, now, inputs }: GateRun = {}): Promise<Started> {
  const start = await lane.starts.gate(pull, inputs, comment ? 'issue_comment' : undefined)
  return runHere(definition, infraChangeGate, comment ? { ...start, event: comment } : start, now)
}

/** What GitHub starts workflows with when a comment was written; the gate's own ones come after it. */
export const heardAs = (lane: Lane): unknown =>
  lane.github.events.findLast(({ name, action }) => name === 'issue_comment' && action === 'created')?.payload

/** As `gate` and `judge` in gate.yml: once by contents, and once more with what comes out. */
export async function gateRendered(
  lane: Lane,
  pull: number,
  { rendered, inputs, ...more }: GateRun & { rendered?: Partial<OnCluster> } = {},
): Promise<Started> {
  const first = await gateHere(lane, pull, more)
  if (first.outputs.render !== 'true') return first
  const known = { rendered: await renderedOf(lane, pull, rendered), 'render-result': 'success' }
  return gateHere(lane, pull, { ...more, inputs: { ...known, commit: first.outputs.head ?? '', ...inputs } })
}
