import { stringify } from 'yaml'
import type { InputDefinitions, OutputDefinitions } from '../shared/action/inputs.js'
import { type Modes, modesWith } from '../shared/action/modes.js'
import { type TokenUse, type TokenUses, tokenUses } from '../shared/action/tokens.js'
import type { CommandHelp } from '../shared/commands/command-list.js'
import { showPermissions } from '../shared/foundation/permissions.js'
import type { ActionName } from '../shared/foundation/result.js'

export interface Documented {
  name: ActionName
  description: string
  modes?: Modes | undefined
  inputs: InputDefinitions
  outputs: OutputDefinitions
}

const commonOutputs = {
  result: 'The decision and its reason as JSON, always set; all actions use the same schema',
  'encoded-result':
    'The same, encoded with letters only, for `outputs:` of a job: GitHub drops an output that contains a line of any secret of the job, which can happen with JSON. Every input that takes `result` also takes this',
}

/** The text of `action.yml`: the registry in io.ts is the one place where inputs and outputs are written down. */
export function actionYml({ name, description, modes, inputs, outputs }: Documented): string {
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
            description: `${spec.description}${forModes(modes, input)}`,
            ...(spec.required ? { required: true } : {}),
            ...(spec.default === undefined ? {} : { default: spec.default }),
          },
        ]),
      ),
      outputs: Object.fromEntries(described.map(([output, text]) => [output, { description: text }])),
      runs: { using: 'node24', main: stub, post: stub },
    },
    { lineWidth: 0 },
  )}`
}

/** The modes that read an input, where not all do. */
function forModes(modes: Modes | undefined, input: string): string {
  const names = modes ? modesWith(modes, input) : []
  return names.length === 0 ? '' : ` For ${names.map((name) => `\`${name}\``).join(', ')}.`
}

/** Every mode with what it needs and what it takes; every other input of the action is for all modes. */
export function modeTable(modes: Modes): string {
  const codes = (names: readonly string[] = []): string => names.map((name) => `\`${name}\``).join(', ')
  const rows = Object.entries(modes).map(
    ([name, { does, needs, takes }]) => `| \`${name}\` | ${tableCell(does)} | ${codes(needs)} | ${codes(takes)} |`,
  )
  return ['| mode | what it does | needs | takes |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

/** What each mode's tokens need on GitHub: modes that need the same stand together. */
export function permissionTable(action: ActionName): string {
  const rows = new Map<string, string[]>()
  for (const [mode, uses] of Object.entries<TokenUses>(tokenUses[action])) {
    for (const [input, use] of Object.entries(uses)) {
      const row = `${whoseToken(use)} (\`${input}\`) | ${permissionCells(use)}`
      rows.set(row, [...(rows.get(row) ?? []), ...(mode === '' ? [] : [`\`${mode}\``])])
    }
  }
  const hasModes = [...rows.values()].some((modes) => modes.length > 0)
  return [
    `${hasModes ? '| mode ' : ''}| token | for | needs | optional |`,
    `${hasModes ? '| --- ' : ''}| --- | --- | --- | --- |`,
    ...[...rows].map(([row, modes]) => `${hasModes ? `| ${modes.join(', ')} ` : ''}| ${row} |`),
  ].join('\n')
}

const whoseToken = ({ of, dispensable }: TokenUse): string =>
  `${of === 'job' ? "the job's own" : `the ${of} App's`}${dispensable ? '; optional' : ''}`

const permissionCells = ({ on, permissions, optional = {} }: TokenUse): string =>
  [
    on === undefined
      ? 'this repository'
      : { 'deploy-repo': 'the deploy repo', upstream: 'the upstream repositories' }[on],
    ...[permissions, optional].map((some) =>
      Object.entries(some)
        .map((one) => `\`${showPermissions([one])}\``)
        .join(', '),
    ),
  ].join(' | ')

/** Text for a table's cell. */
export const tableCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

export function inputTable({ modes, inputs }: Documented): string {
  const rows = Object.entries(inputs).map(([name, { description, required, default: value }]) => {
    const given = required ? '**required**' : value === undefined ? '' : `\`${value}\``
    return `| \`${name}\` | ${tableCell(`${description}${forModes(modes, name)}`)} | ${given} |`
  })
  return ['| input | meaning | default |', '| --- | --- | --- |', ...rows].join('\n')
}

export function outputTable({ outputs }: Documented): string {
  const rows = Object.entries({ ...outputs, ...commonOutputs }).map(
    ([name, text]) => `| \`${name}\` | ${tableCell(text)} |`,
  )
  return ['| output | meaning |', '| --- | --- |', ...rows].join('\n')
}

/** A table of words with their meanings. @param kind what the words are, as the head of their column */
export const meaningTable = (kind: string, meanings: Record<string, string>): string =>
  [
    `| ${kind} | meaning |`,
    '| --- | --- |',
    ...Object.entries(meanings).map(([name, text]) => `| \`${name}\` | ${tableCell(text)} |`),
  ].join('\n')

export const commandTable = (commands: Record<string, CommandHelp>): string =>
  [
    '| command | written as | under | who | what it does |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(commands).map(
      ([name, { usage, where, who, does }]) =>
        `| \`${name}\` | \`${tableCell(usage)}\` | ${tableCell(where)} | ${tableCell(who)} | ${tableCell(does)} |`,
    ),
  ].join('\n')

export const exampleOf = (workflow: string): string => `\`\`\`yaml\n${workflow.trimEnd()}\n\`\`\``

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
