import { z } from 'zod'
import type { Runtime } from '../../../shared/action/runtime.js'
import { UserError } from '../../../shared/foundation/errors.js'
import { defaultBranchName } from '../../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { definition } from '../io.js'

const askedSchema = z.strictObject({
  pull: z.int().positive(),
  head: z.string().regex(/^[0-9a-f]{40}$/),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
})

const workflow = 'stage.yml'

/**
 * Starts the staging trial that an operator requested by `/try-staging`. That workflow trusts only the record of the command,
 * which the gate wrote before.
 *
 * @throws UserError `input-invalid` if nothing was requested.
 */
export async function startStagingTrial(
  github: GitHub,
  { run, log }: Runtime,
  text: string,
): Promise<ActionOutcome<typeof definition.outputs>> {
  const repo = run.repository
  const { pull, head, digest } = readAsked(text)
  await github.rest.actions.createWorkflowDispatch({
    ...repoRef(repo),
    workflow_id: workflow,
    ref: await defaultBranchName(github, repo),
    inputs: { 'pull-request': String(pull), head, 'change-digest': digest },
  })
  const message = `Started the staging trial of #${pull} (${head.slice(0, 7)}).`
  log.info(message)
  return { finding: { decision: 'created', reason: 'ok', message, commit: head }, outputs: {} }
}

function readAsked(text: string): z.infer<typeof askedSchema> {
  try {
    return askedSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new UserError('input-invalid', 'Input "staging-trial" has the wrong format.', {
      fix: 'Pass the output "staging-trial" of the job that carried out the command.',
      cause,
    })
  }
}
