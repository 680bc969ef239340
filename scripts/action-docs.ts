import { stringify } from 'yaml'
import type { Inputs, Outputs } from '../shared/action/inputs.js'

export interface Documented {
  name: string
  description: string
  inputs: Inputs
  outputs: Outputs
  /** It has a step after the job as well, by the same stub. */
  post?: boolean
}

const commonOutputs = {
  result: 'What was decided and why, as JSON; the same schema in all actions, set on every way out',
  'encoded-result':
    'The same for `outputs:` of a job, in letters only: GitHub drops an output in which a line of any secret of the job occurs, and in JSON one may. Every input that takes `result` takes it',
}

/** The text of `action.yml`: the registry in io.ts is the one place where inputs and outputs are written down. */
export function actionYml({ name, description, inputs, outputs, post }: Documented): string {
  const described = Object.entries({ ...outputs, ...commonOutputs })
  const stub = `../../dist/${name}.js`
  return `# Made from io.ts by "npm run docs"; do not edit.\n${stringify(
    {
      name: `Lockstep ${name}`,
      description,
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([input, spec]) => [
          input,
          {
            description: spec.description,
            ...(spec.required ? { required: true } : {}),
            ...(spec.default === undefined ? {} : { default: spec.default }),
          },
        ]),
      ),
      outputs: Object.fromEntries(described.map(([output, text]) => [output, { description: text }])),
      runs: { using: 'node24', main: stub, ...(post ? { post: stub } : {}) },
    },
    { lineWidth: 0 },
  )}`
}

/** Text for a table's cell. */
export const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

export function inputTable({ inputs }: Documented): string {
  const rows = Object.entries(inputs).map(([name, { description, required, default: value }]) => {
    const given = required ? '**required**' : value === undefined ? '' : `\`${value}\``
    return `| \`${name}\` | ${cell(description)} | ${given} |`
  })
  return ['| input | meaning | default |', '| --- | --- | --- |', ...rows].join('\n')
}

export function outputTable({ outputs }: Documented): string {
  const rows = Object.entries({ ...outputs, ...commonOutputs }).map(([name, text]) => `| \`${name}\` | ${cell(text)} |`)
  return ['| output | meaning |', '| --- | --- |', ...rows].join('\n')
}

export const reasonTable = (reasons: Record<string, string>): string =>
  [
    '| reason | meaning |',
    '| --- | --- |',
    ...Object.entries(reasons).map(([name, text]) => `| \`${name}\` | ${cell(text)} |`),
  ].join('\n')

export const example = (workflow: string): string => `\`\`\`yaml\n${workflow.trimEnd()}\n\`\`\``

/**
 * Replaces what stands between `<!-- name -->` and `<!-- /name -->`.
 *
 * @throws when the README has no such place.
 */
export function fillBlock(readme: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [readme.indexOf(start), readme.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`README.md has no ${start} ... ${end}`)
  return `${readme.slice(0, from + start.length)}\n${text}\n${readme.slice(to)}`
}
