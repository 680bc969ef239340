import picomatch from 'picomatch'
import type { Json } from './expression.js'
import type { Trigger, WorkflowFile } from './workflow.js'

/** What of an event decides whether a workflow starts. */
export interface Occasion {
  /** As workflows name it: `pull_request_target` is its own. */
  event: string
  action: string | undefined
  /** The pushed branch, the pull request's base, or a finished run's head branch. */
  branch: string | undefined
  /** The pushed tag, if it is one. */
  tag: string | undefined
  /** The workflow that a `workflow_run` or a `workflow_dispatch` names: its name, or its path. */
  workflow: string | undefined
  /** Paths that the push or the pull request changes; undefined where GitHub does not look at paths. */
  changed: readonly string[] | undefined
  /** The head commit's message, which may ask to skip. */
  message: string | undefined
}

const defaultTypes: Record<string, string[]> = {
  pull_request: ['opened', 'synchronize', 'reopened'],
  pull_request_target: ['opened', 'synchronize', 'reopened'],
}

/** Events whose runs a commit message can skip. */
const skippable = ['push', 'pull_request']
const skipWords = /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/i

/** Whether this event starts this workflow, as GitHub decides it. */
export function startsWorkflow(workflow: WorkflowFile, occasion: Occasion): boolean {
  const trigger = workflow.on[occasion.event]
  if (!trigger) return false
  if (skippable.includes(occasion.event) && skipWords.test(occasion.message ?? '')) return false
  if (occasion.event === 'workflow_dispatch') return matchesFile(workflow.path, occasion.workflow)

  return (
    typeMatches(trigger, occasion) &&
    workflowMatches(trigger, occasion) &&
    refMatches(trigger, occasion) &&
    pathsMatch(trigger, occasion)
  )
}

/** The inputs of a dispatched or called workflow, with its defaults. @throws where a required one is missing. */
export function withDefaults(trigger: Trigger | undefined, given: Record<string, Json>): Record<string, Json> {
  const specs = Object.entries(trigger?.inputs ?? {})
  const unknown = Object.keys(given).filter((name) => !trigger?.inputs?.[name])
  if (unknown.length > 0) throw new Error(`Unexpected inputs: ${unknown.join(', ')}`)
  return Object.fromEntries(
    specs.map(([name, spec]) => {
      const value = given[name] ?? spec.default ?? null
      if (value === null && spec.required) throw new Error(`Required input "${name}" was not provided`)
      return [name, typed(spec.type, value)]
    }),
  )
}

function typed(type: string | undefined, value: Json): Json {
  if (type === 'boolean') return value === true || value === 'true'
  if (type === 'number') return value === null ? 0 : Number(value)
  return value === null ? '' : String(value)
}

const matchesFile = (path: string, named: string | undefined): boolean =>
  named !== undefined && (named === path || path.endsWith(`/${named}`))

function typeMatches(trigger: Trigger, { event, action }: Occasion): boolean {
  const types = trigger.types ?? defaultTypes[event]
  return types === undefined || (action !== undefined && types.includes(action))
}

function workflowMatches(trigger: Trigger, { event, workflow }: Occasion): boolean {
  return event !== 'workflow_run' || (workflow !== undefined && (trigger.workflows ?? []).includes(workflow))
}

function refMatches(trigger: Trigger, { branch, tag, event }: Occasion): boolean {
  const { branches, 'branches-ignore': ignored, tags } = trigger
  if (tag !== undefined) return tags ? matchesPattern(tags, tag) : !branches && !ignored
  // A push trigger with tags only does not run for branches.
  if (event === 'push' && tags && !branches && !ignored) return false
  if (branches) return branch !== undefined && matchesPattern(branches, branch)
  return !ignored || branch === undefined || !matchesPattern(ignored, branch)
}

function pathsMatch({ paths, 'paths-ignore': ignored }: Trigger, { changed, tag }: Occasion): boolean {
  if (changed === undefined || tag !== undefined) return true
  if (paths) return changed.some((path) => matchesPattern(paths, path))
  return !ignored || changed.some((path) => !matchesPattern(ignored, path))
}

/** The last pattern that matches decides; one with `!` takes back. */
export function matchesPattern(patterns: readonly string[], text: string): boolean {
  return patterns.reduce((matched, pattern) => {
    const negated = pattern.startsWith('!')
    return picomatch.isMatch(text, negated ? pattern.slice(1) : pattern, { dot: true }) ? !negated : matched
  }, false)
}
