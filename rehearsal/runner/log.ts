import { stripVTControlCharacters } from 'node:util'
import { z } from 'zod'
import type { WorkflowStep } from '../github/types.js'
import type { Json } from './expression.js'
import type { Job } from './workflow.js'

/** A line of act's log, as far as it is read. */
const lineSchema = z.object({
  msg: z.string(),
  level: z.string().optional(),
  raw_output: z.boolean().optional(),
  step: z.string().optional(),
  stepID: z.array(z.string()).optional(),
  stage: z.enum(['Pre', 'Main', 'Post']).optional(),
  stepResult: z.enum(['success', 'failure', 'skipped', 'cancelled']).optional(),
  jobResult: z.string().optional(),
  command: z.string().optional(),
  name: z.string().optional(),
  arg: z.string().optional(),
  raw: z.string().optional(),
  content: z.string().optional(),
})

type Line = z.output<typeof lineSchema>

interface StepState {
  id: string
  name: string
  status: WorkflowStep['status']
  outcome: string | null
  conclusion: string | null
  forgiven: boolean
  outputs: Record<string, string>
}

/** What a running job has said so far. */
export interface JobLog {
  /** Takes one line of act's output; says whether a step started or ended with it. */
  add(line: string): boolean
  text(): string
  /** Markdown that the steps wrote to their summaries. */
  summary(): string
  steps(): WorkflowStep[]
  /** The `steps` context, for the job's outputs. */
  context(): Json
  /** The data of every `::add-mask::`. */
  masks(): string[]
  /** What act says about the job as a whole; undefined while it runs, or when it died. */
  result(): 'success' | 'failure' | undefined
}

/** Masking a short text would garble every log it happens to stand in. */
const shortestMask = 6

export function jobLog(job: Job, secrets: readonly string[]): JobLog {
  const masks = new Set(secrets.flatMap(maskable))
  const steps = job.steps.map(declaredStep)
  const posts: StepState[] = []
  const said: string[] = []
  const added: string[] = []
  let summary = ''
  let result: 'success' | 'failure' | undefined

  const masked = (text: string): string => [...masks].reduce((sofar, mask) => sofar.replaceAll(mask, '***'), text)
  const say = (text: string): void => {
    said.push(
      masked(
        stripVTControlCharacters(text)
          .replace(/\r?\n$/, '')
          .replaceAll('\r', ''),
      ),
    )
  }

  return {
    add(text) {
      const line = readLine(text)
      if (!line) {
        // act's own complaint about the workflow, not a log entry
        if (text.trim() !== '' && !text.startsWith("Error: Job '")) say(text)
        return false
      }
      if (line.jobResult) result = line.jobResult === 'success' ? 'success' : 'failure'
      if (line.command === 'add-mask') {
        added.push(line.arg ?? '')
        for (const mask of maskable(line.arg ?? '')) masks.add(mask)
      }
      if (line.command === 'summary') summary += masked(line.content ?? '')
      const spoken = sayable(line)
      if (spoken !== undefined) say(spoken)
      return follow(line, steps, posts)
    },
    text: () => said.map((line) => `${line}\n`).join(''),
    summary: () => summary,
    steps: () =>
      [...steps, ...posts].map(({ name, status, conclusion }, index) => ({
        name: masked(name),
        number: index + 1,
        status,
        conclusion,
      })),
    context: () =>
      Object.fromEntries(steps.map(({ id, outputs, outcome, conclusion }) => [id, { outputs, outcome, conclusion }])),
    masks: () => added,
    result: () => result,
  }
}

/** Every step that has not begun by the end was skipped; one that has not ended was cut off. */
export function endedWell(steps: readonly WorkflowStep[]): WorkflowStep[] {
  return steps.map((step) =>
    step.status === 'completed'
      ? step
      : { ...step, status: 'completed', conclusion: step.status === 'queued' ? 'skipped' : 'cancelled' },
  )
}

function readLine(text: string): Line | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Keeps the state of steps; nested steps of composite actions are part of theirs. */
function follow(line: Line, steps: StepState[], posts: StepState[]): boolean {
  if (line.stepID?.length !== 1) return false
  const [id] = line.stepID
  const declared = steps.find((step) => step.id === id)
  if (!declared) return false
  if (line.command === 'set-output' && line.name !== undefined) {
    declared.outputs[line.name] = line.arg ?? ''
    return false
  }
  if (line.msg === 'Failed but continue next step') declared.forgiven = true
  const begins = line.msg.startsWith('⭐ Run ')
  // What an action does before the first step is not its step yet, unless it fails there.
  if ((!begins && !line.stepResult) || (line.stage === 'Pre' && line.stepResult !== 'failure')) return false

  const step = line.stage === 'Post' ? postStep(declared, posts) : declared
  if (line.stage === 'Main') step.name = line.step ?? step.name
  step.status = line.stepResult ? 'completed' : 'in_progress'
  step.outcome = line.stepResult ?? null
  step.conclusion = line.stepResult === 'failure' && step.forgiven ? 'success' : (line.stepResult ?? null)
  return true
}

function postStep(main: StepState, posts: StepState[]): StepState {
  const known = posts.find(({ id }) => id === main.id)
  if (known) return known
  const post = { ...main, name: `Post ${main.name}`, forgiven: false, outputs: {} }
  posts.push(post)
  return post
}

/** What of a line belongs into the log that people read: what steps print, and the runner's own words about them. */
function sayable(line: Line): string | undefined {
  if (line.raw_output) return line.msg
  if (line.command === 'error' || line.command === 'warning' || line.command === 'notice') return line.raw
  if (line.command === 'group') return `▸ ${line.arg ?? ''}`
  if (line.command !== undefined || line.stage === 'Pre') return line.level === 'error' ? `✗ ${line.msg}` : undefined
  if (line.msg.startsWith('⭐ Run ') && line.stage)
    return `▶ ${line.stage === 'Main' ? '' : `${line.stage} `}${line.step ?? ''}`
  return line.level === 'error' ? `✗ ${line.msg}` : undefined
}

function declaredStep(step: Record<string, Json>, index: number): StepState {
  const run = typeof step.run === 'string' ? step.run.trim().split('\n')[0] : undefined
  const name = step.name ?? step.uses ?? run ?? `Step ${index + 1}`
  return {
    id: typeof step.id === 'string' ? step.id : String(index),
    name: String(name),
    status: 'queued',
    outcome: null,
    conclusion: null,
    forgiven: false,
    outputs: {},
  }
}

const maskable = (secret: string): string[] =>
  [secret, ...secret.split('\n')].map((line) => line.trim()).filter((line) => line.length >= shortestMask)
