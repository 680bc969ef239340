import type { Reason } from './result.js'

/** A place in a file that a person wrote; line and column count from 1. */
export interface FilePlace {
  file: string
  line?: number
  column?: number
}

export const showPlace = (at: FilePlace): string =>
  [at.file, at.line, at.column].filter((part) => part !== undefined).join(':')

/**
 * Something a person can mend: configuration, an input, or a refusal that the policy asks for.
 *
 * The message says what is wrong, `fix` what to do next: every refusal has a next step.
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly reason: Reason
  readonly fix: string
  readonly at: FilePlace | undefined

  constructor(reason: Reason, message: string, how: { fix: string; at?: FilePlace | undefined; cause?: unknown }) {
    super(message, how.cause === undefined ? undefined : { cause: how.cause })
    this.reason = reason
    this.fix = how.fix
    this.at = how.at
  }
}

/**
 * The token may not do what the action needs.
 *
 * GitHub names the permission in the header `x-accepted-github-permissions` of its 403.
 */
export class MissingPermission extends UserError {
  readonly permission: string

  constructor(permission: string, doing: string, cause?: unknown) {
    super('missing-permission', `The token may not ${doing}: it lacks the permission "${permission}".`, {
      fix: `Give "${permission}" to the GitHub App (or to the job's "permissions:") whose token is passed to this action.`,
      cause,
    })
    this.permission = permission
  }
}

/** Text for people, whatever was thrown. What is neither a UserError nor a network failure is our bug, and says so. */
export function explainError(error: unknown): {
  reason: Reason
  message: string
  fix: string
  at?: FilePlace | undefined
} {
  if (error instanceof UserError) return { reason: error.reason, message: error.message, fix: error.fix, at: error.at }
  const message = error instanceof Error ? error.message : String(error)
  return {
    reason: 'internal-error',
    message: `Unexpected: ${message}`,
    fix: 'This is a bug in Lockstep. Please report it with the log of this run; running the action again is safe.',
  }
}
