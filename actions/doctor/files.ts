import picomatch from 'picomatch'
import { policyFile } from '../../shared/foundation/workspace.js'
import { getPath, getText, readYaml } from '../../shared/yaml/get-path.js'
import { checkSetting, type Seen, type SettingCheck } from './check.js'
import type { DoctorFacts, Workflow } from './facts.js'
import { scheduleCheck } from './upstream-checks.js'

const folder = '.github/workflows'

/** The example workflows of a deploy repo, and what is missed without them. */
export const workflowFiles: Record<string, string> = {
  'adopt.yml': 'no cluster can be adopted',
  'change.yml': 'changes outside this repository are not recorded',
  'deploy-cluster.yml': 'nothing is deployed',
  'deploy.yml': 'nothing is deployed',
  'doctor.yml': 'nobody notices when a setting changes',
  'gate.yml': 'no pull request is checked',
  'holds.yml': 'anybody with write access can unblock a version',
  'lane.yml': 'upstream learns late that the queue is clear',
  'look-again.yml':
    'checks stay green after an approval expires, and bumps that wait for the merge window are not merged',
  'plan.yml': 'nobody sees what a pull request changes',
  'retest.yml': 'a deploy whose smoke test was flaky or inconclusive waits forever',
  'reviewed.yml': 'approvals are not counted',
  'rollback-cluster.yml': 'rollbacks are impossible',
  'rollback.yml': 'rollbacks are impossible',
  'settle.yml': 'interrupted work is never finished',
  'stage-cluster.yml': 'staging trials are impossible',
  'stage.yml': 'staging trials are impossible',
  'watch-cluster.yml': 'problems in the day after a T3 change are not reported',
  'watch.yml': 'versions that are published late are not proposed',
}

/** What may not run twice at once, nor be dropped from the queue. */
const queued = 'lockstep-deploy'

export function fileChecks(facts: DoctorFacts): SettingCheck[] {
  const look = `Check ${folder} and the Actions tab.`
  const needed = Object.entries(workflowFiles)
  return [
    checkSetting('All workflows exist', facts.workflows, look, (found) => {
      const missing = needed.filter(([name]) => !fileOf(name, found))
      return missing.length === 0
        ? `All ${needed.length} exist.`
        : {
            finding: 'workflow-missing',
            wrong: `${missing.map(([name, loss]) => `${name} is missing (${loss})`).join('; ')}.`,
            fix: 'Copy the missing files from workflows-examples/deploy-repo.',
          }
    }),
    checkSetting('Workflows are enabled', facts.workflows, look, (found) => {
      const off = needed.flatMap(([name, loss]) => offOf(name, loss, found) ?? [])
      return off.length === 0
        ? 'None of these is disabled.'
        : {
            finding: 'workflow-off',
            wrong: `${off.join('; ')}.`,
            fix: 'Actions, the workflow\'s page, "Enable workflow".',
          }
    }),
    scheduleCheck('Schedules run', 'schedule-silent', ofExample(facts.workflows), look, facts.now),
    checkSetting('Merges by Dependabot', facts.dependabot, 'Check whether .github/dependabot.yml exists.', (on) =>
      // A27
      on
        ? 'Dependabot is on. If dependabot[bot] merges a pull request itself, the deploy gets no secrets and fails before it changes anything: merge its pull requests yourself. The next merge deploys that change as well.'
        : 'Dependabot has no configuration here.',
    ),
    checkSetting('Deploys run one at a time', facts.workflows, look, (found) => {
      const loose = found.filter(({ path, text }) => path === `${folder}/deploy.yml` || inQueue(text)).filter(isLoose)
      return loose.length === 0
        ? 'They wait for each other, and none is dropped.'
        : {
            finding: 'deploys-not-queued',
            wrong: `${loose.map(({ path }) => path).join(', ')}: not in the concurrency group "${queued}", or dropped while waiting in it.`,
            fix: `Set "concurrency: { group: ${queued}, queue: max }", as in workflows-examples/deploy-repo.`,
          }
    }),
    checkSetting('Policy and workflows have code owners', facts.codeOwners, 'Check .github/CODEOWNERS.', (text) => {
      const without = guarded.filter((path) => !hasOwner(text ?? '', path))
      return without.length === 0
        ? 'GitHub asks their owners to review changes.'
        : {
            finding: 'no-code-owners',
            wrong: `GitHub asks nobody to review changes of ${without.join(', ')}.`,
            fix: 'Name the operators in .github/CODEOWNERS for /.github/deploy-policy.yml, /.github/workflows/ and /.github/CODEOWNERS.',
          }
    }),
  ]
}

const fileOf = (name: string, found: readonly Workflow[]): Workflow | undefined =>
  found.find(({ path, text }) => path === `${folder}/${name}` && text !== undefined)

// A19: GitHub switches schedules off by itself in a repository that is quiet for long.
function offOf(name: string, loss: string, found: readonly Workflow[]): string | undefined {
  const { state = 'active' } = fileOf(name, found) ?? {}
  if (state === 'active') return undefined
  const by = state === 'disabled_inactivity' ? ' by GitHub, after 60 days without a commit' : ''
  return `${name} is disabled${by} (${loss})`
}

/** The adopter's own workflows are not looked at. */
const ofExample = (workflows: Seen<Workflow[]>): Seen<Workflow[]> =>
  'value' in workflows
    ? { value: workflows.value.filter(({ path }) => path.replace(`${folder}/`, '') in workflowFiles) }
    : workflows

const concurrency = (text: string | undefined): unknown => getPath(readYaml(text ?? ''), 'concurrency')

const inQueue = (text: string | undefined): boolean =>
  concurrency(text) === queued || getText(concurrency(text), 'group') === queued

const isLoose = ({ text }: Workflow): boolean =>
  !inQueue(text) ||
  getText(concurrency(text), 'queue') !== 'max' ||
  getPath(concurrency(text), 'cancel-in-progress') === true

const guarded = [policyFile, `${folder}/gate.yml`, `${folder}/deploy.yml`, '.github/CODEOWNERS']

/** The last line that matches decides, and one without an owner takes them away, as on GitHub. */
function hasOwner(text: string, path: string): boolean {
  const lines = text.split('\n').map((line) => line.replace(/(^|\s)#.*/, '').trim())
  const rules = lines.filter((line) => line !== '').map((line) => line.split(/\s+/))
  const [, ...owners] = rules.findLast(([pattern = '']) => covers(pattern, path)) ?? []
  return owners.length > 0
}

function covers(pattern: string, path: string): boolean {
  const bare = pattern.replace(/^\//, '').replace(/\/$/, '')
  const anchored = pattern.replace(/\/$/, '').includes('/') ? bare : `**/${bare}`
  // GitHub: `docs/*` has the files of that folder, and none of the folders in it.
  const below = bare.endsWith('/*') ? [] : [`${anchored}/**`]
  return picomatch.isMatch(path, [...(pattern.endsWith('/') ? [] : [anchored]), ...below], { dot: true })
}
