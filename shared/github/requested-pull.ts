import { z } from 'zod'
import { UserError } from '../foundation/errors.js'
import type { RunFacts } from '../foundation/run-facts.js'

const numbered = z.object({ number: z.int().positive() })

/** Which pull request an event is about. `workflow_run` names none where it came from a fork. */
const payload = z.object({
  pull_request: numbered.optional(),
  issue: numbered.optional(),
  workflow_run: z.object({ pull_requests: z.array(numbered) }).optional(),
})

/** @throws UserError `input-invalid` where neither the input nor the event names one. */
export function pullNumber(input: string, run: RunFacts): number {
  if (/^[1-9]\d{0,9}$/.test(input)) return Number(input)
  const { data } = payload.safeParse(run.payload)
  const number = data?.pull_request?.number ?? data?.issue?.number ?? data?.workflow_run?.pull_requests[0]?.number
  if (input === '' && number !== undefined) return number
  const message =
    input === ''
      ? `The event "${run.event}" names no pull request.`
      : `Input "pull-request" is ${JSON.stringify(input)}; it must be a number.`
  throw new UserError('input-invalid', message, {
    fix: 'Set the input "pull-request" to the number of the pull request.',
  })
}
