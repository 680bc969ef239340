export interface FieldError {
  resource: string
  field?: string
  code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom'
  message?: string
}

/** An answer that GitHub would refuse with; its body has GitHub's `message`, `errors` and `documentation_url`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly errors: FieldError[] | undefined
  readonly headers: Record<string, string>

  constructor(status: number, message: string, more: { errors?: FieldError[]; headers?: Record<string, string> } = {}) {
    super(message)
    this.status = status
    this.errors = more.errors
    this.headers = more.headers ?? {}
  }

  body(): Record<string, unknown> {
    return {
      message: this.message,
      ...(this.errors && { errors: this.errors }),
      documentation_url: 'https://docs.github.com/rest',
      status: String(this.status),
    }
  }
}

export const notFound = (): Refusal => new Refusal(404, 'Not Found')
export const badCredentials = (): Refusal => new Refusal(401, 'Bad credentials')
export const conflictError = (message: string): Refusal => new Refusal(409, message)
export const unprocessableError = (message: string): Refusal => new Refusal(422, message)
export const invalidError = (...errors: FieldError[]): Refusal => new Refusal(422, 'Validation Failed', { errors })

/** `accepted` are the permissions of which any one would have done, such as `checks=write`. */
export const notAccessible = (accepted: string): Refusal =>
  new Refusal(403, 'Resource not accessible by integration', { headers: { 'x-accepted-github-permissions': accepted } })

/** The value, or GitHub's 404. */
export function foundOr404<T>(value: T | undefined): T {
  if (value === undefined) throw notFound()
  return value
}
