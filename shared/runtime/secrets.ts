import type { InputDefinitions, SecretFormat } from '../action/inputs.js'
import { maskedForms } from '../exec/encodings.js'
import { secretParts } from '../exec/redact.js'

/** What an action must never show, and what GitHub will not show because of its secrets. */
export interface Secrets {
  /** Masked by the runner, and taken out of whatever goes into outputs and errors. */
  parts: string[]
  /** Secrets that are too short to be hidden, named for people. */
  short: string[]
  /** Which input keeps an output with this text from arriving in another job, as GitHub drops it. */
  dropping(text: string): string | undefined
}

/** Shorter secrets stand in ordinary words. */
const shortest = 6

/** Environment variables of the step whose values programs may repeat. */
const secretVariable = /(?:TOKEN|PASSWORD|PASSWD|SECRET|ACCESS_KEY|API_KEY|PRIVATE_KEY)$/i

/**
 * The secrets of a step: its secret inputs, each by its format, and what its environment holds for other programs.
 *
 * @param read gives an input's text.
 */
export async function secretsOf(
  inputs: InputDefinitions,
  read: (name: string) => string,
  env: NodeJS.ProcessEnv,
): Promise<Secrets> {
  const given = Object.entries(inputs).flatMap(([name, input]) => {
    const text = 'secret' in input ? read(name) : ''
    return text === '' ? [] : [{ name, text, format: (input as { secret?: SecretFormat }).secret ?? 'text' }]
  })
  const found = await Promise.all(
    given.map(async ({ name, text, format }) => ({
      name,
      lines: linesOf(text),
      ...(await readSecret(name, text, format)),
    })),
  )
  const variables = Object.entries(env).flatMap(([name, value = '']) =>
    secretVariable.test(name) && value.length >= 8 ? secretParts(value) : [],
  )
  // Made once, and only where an output is set.
  let forms: { name: string; all: string[] }[] | undefined
  return {
    parts: [...new Set([...found.flatMap(({ parts }) => parts), ...variables])],
    short: found.flatMap((one) => one.short),
    dropping: (text) => {
      forms ??= found.map(({ name, lines, parts }) => ({ name, all: [...lines, ...parts].flatMap(maskedForms) }))
      return forms.find(({ all }) => all.some((form) => text.includes(form)))?.name
    },
  }
}

async function readSecret(
  name: string,
  text: string,
  format: SecretFormat,
): Promise<{ parts: string[]; short: string[] }> {
  if (format === 'kubeconfig') {
    // Parsing YAML is loaded only by those that have one.
    const { kubeconfigSecrets } = await import(/* webpackMode: "eager" */ '../kube/kubeconfig-secrets.js')
    const { parts, weak } = kubeconfigSecrets(text)
    return { parts, short: weak ? [`a token or password in the input "${name}"`] : [] }
  }
  if (format === 'named-values') {
    const values = linesOf(text).flatMap((line) => {
      const [, key, value] = /^(\w+):\s*(\S.*)$/.exec(line) ?? []
      return key !== undefined && value !== undefined ? [{ key, value }] : []
    })
    return {
      parts: [...secretParts(text), ...values.map(({ value }) => value).filter((value) => value.length >= shortest)],
      short: values.flatMap(({ key, value }) => (value.length < shortest ? [`${key} in the input "${name}"`] : [])),
    }
  }
  const short = text.trim().length <= shortest ? [`the input "${name}"`] : []
  return { parts: secretParts(text), short }
}

/** As the runner masks a secret: line by line. */
const linesOf = (text: string): string[] =>
  text
    .split(/[\r\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
