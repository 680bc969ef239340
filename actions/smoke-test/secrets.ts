import { UserError } from '../../shared/foundation/errors.js'

/** The input `secrets`: one `NAME: value` a line. @throws UserError without ever showing a line, which may be a value. */
export function readSecrets(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return Object.fromEntries(
    lines.map((line, index) => {
      const [, name, value] = /^\s*(\w+):\s*(\S.*?)\s*$/.exec(line) ?? []
      if (name !== undefined && value !== undefined) return [name, value]
      throw new UserError('input-invalid', `Line ${index + 1} of the input "secrets" is not "NAME: value".`, {
        fix: 'Write one "NAME: value" a line; where the value is empty, the secret is not set in this environment.',
      })
    }),
  )
}
