import { readFile } from 'node:fs/promises'
import { definition as deployQueue } from '../actions/deploy-queue/io.js'
import { doctorFindings } from '../actions/doctor/findings.js'
import { definition as doctor } from '../actions/doctor/io.js'
import { definition as externalChange } from '../actions/external-change/io.js'
import { definition as helmDeploy } from '../actions/helm-deploy/io.js'
import { definition as infraChangeGate } from '../actions/infra-change-gate/io.js'
import { definition as openBumpPr } from '../actions/open-bump-pr/io.js'
import { definition as rollback } from '../actions/rollback/io.js'
import { definition as smokeTest } from '../actions/smoke-test/io.js'
import { probeDocs, readLedger } from '../rehearsal/probe/ledger.js'
import { probes } from '../rehearsal/probe/registry.js'
import { allCommands } from '../shared/commands/command-list.js'
import { allDecisions, allReasons } from '../shared/foundation/result.js'
import { allLabels } from '../shared/github/labels.js'
import { jsonSchemaText } from '../shared/policy/json-schema.js'
import {
  actionYml,
  commandTable,
  type Documented,
  exampleOf,
  fillBlock,
  inputTable,
  meaningTable,
  modeTable,
  outputTable,
  permissionTable,
} from './action-docs.js'
import { checkTable } from './check-docs.js'
import { findingTable } from './finding-docs.js'
import { policyReference } from './policy-reference.js'

/** Every action with the workflow example that shows it at work. */
const documented: [Documented, string][] = [
  [openBumpPr, 'upstream-repo/.github/workflows/open-bump-pr.yml'],
  [infraChangeGate, 'deploy-repo/.github/workflows/gate.yml'],
  [helmDeploy, 'deploy-repo/.github/workflows/deploy.yml'],
  [smokeTest, 'deploy-repo/.github/workflows/deploy-cluster.yml'],
  [rollback, 'deploy-repo/.github/workflows/rollback-cluster.yml'],
  [deployQueue, 'upstream-repo/.github/workflows/lane.yml'],
  [externalChange, 'deploy-repo/.github/workflows/change.yml'],
  [doctor, 'deploy-repo/.github/workflows/doctor.yml'],
]

/** What every generated file should hold: path from the project's root to text. */
export async function generatedDocs(): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const [action, workflow] of documented) {
    const folder = `actions/${action.name}`
    const readme = await readFile(`${folder}/README.md`, 'utf8')
    const text = await readFile(`workflows-examples/${workflow}`, 'utf8')
    files[`${folder}/action.yml`] = actionYml(action)
    files[`${folder}/README.md`] = [
      ...(action.modes ? [['modes', modeTable(action.modes)] as const] : []),
      ['inputs', inputTable(action)] as const,
      ['outputs', outputTable(action)] as const,
      ...(action.name === 'smoke-test' ? [] : [['permissions', permissionTable(action.name)] as const]),
      ['example', exampleOf(text)] as const,
    ].reduce((filled, [name, block]) => fillBlock(filled, name, block), readme)
  }
  const smoke = 'actions/smoke-test/README.md'
  files[smoke] = fillBlock(files[smoke] ?? '', 'checks', checkTable())
  const codeChanges = 'docs/code-changes.md'
  files[codeChanges] = fillBlock(await readFile(codeChanges, 'utf8'), 'reasons', meaningTable('reason', allReasons))
  const glossary = 'docs/glossary.md'
  files[glossary] = [
    ['commands', commandTable(allCommands)] as const,
    ['labels', meaningTable('label', allLabels)] as const,
    ['decisions', meaningTable('decision', allDecisions)] as const,
  ].reduce((filled, [name, block]) => fillBlock(filled, name, block), await readFile(glossary, 'utf8'))
  const protection = 'docs/protection.md'
  files[protection] = fillBlock(await readFile(protection, 'utf8'), 'findings', findingTable(doctorFindings))
  const probe = 'docs/probe.md'
  const settled = new Map(probes.map(({ row, expected }) => [row, expected]))
  const ledger = readLedger(await readFile('docs/github-assumptions.md', 'utf8'))
  files[probe] = Object.entries(probeDocs(ledger, settled)).reduce(
    (filled, [name, block]) => fillBlock(filled, name, block),
    await readFile(probe, 'utf8'),
  )
  files['docs/deploy-policy.schema.json'] = jsonSchemaText()
  const policy = 'docs/policy-reference.md'
  files[policy] = fillBlock(await readFile(policy, 'utf8'), 'policy', policyReference())
  return files
}
