import { isPath } from './opaque.js'

/** Keys, options and environment variables whose value is a secret; `token-key` and `tokenFile` are not. */
const secretName =
  /(?:token|passw(?:or)?d|[-_]pwd|(?:^|[-_])pass|passphrase|secret|api[-_]?key|access[-_]?key|secret[-_]?key|private[-_]?key|client-key-data|credentials?)$/i

/** Under these a program takes a file as well as what would be in it. */
const maybeFile = /(?:credentials?|(?<!(?:api|access|secret)[-_]?)key)$/i

export const namesSecret = (name: string): boolean => secretName.test(name)

/** Options and variables (not keys of a kubeconfig) may be short: `SA_KEY`, `--key`. */
export const isSecretOption = (name: string): boolean => namesSecret(name) || /(?:^|[-_])key$/i.test(name)

/** The secret under such a name. A token or a password may begin with `/`, as 1 of 64 in base64 does. */
export const secretGiven = (name: string, value: string): string[] =>
  maybeFile.test(name) && isPath(value) ? [] : [value]

/** `token: x` and the like in a text that is no YAML: it may be wrong in another place. */
export const looseSecrets = (text: string): string[] =>
  [...text.matchAll(/(?<![\w-])([\w-]+)["']?[ \t]*[:=][ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s,}\]"']+))/g)].flatMap(
    ([, name = '', ...values]) => {
      const value = values.find((one) => one !== undefined) ?? ''
      return namesSecret(name) ? [value] : []
    },
  )
