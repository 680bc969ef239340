import picomatch from 'picomatch'
import { policyFile } from '../../shared/foundation/workspace.js'
import { getPath, getText, readYaml } from '../../shared/yaml/get-path.js'
import { checkSetting, type Seen, type SettingCheck } from './check.js'
import type { DoctorFacts, Workflow } from './facts.js'
import { scheduleCheck } from './upstream-checks.js'

const folder = '.github/workflows'

/** The example workflows of a deploy repo, and what is missed without them. */
export const workflowFiles: Record<string, string> = {
  'adopt.yml': 'no cluster can be taken over',
  'change.yml': 'changes outside this repository leave no record',
  'deploy-cluster.yml': 'nothing is deployed',
  'deploy.yml': 'nothing is deployed',
  'doctor.yml': 'nobody notices when a setting changes',
  'gate.yml': 'nothing is judged',
  'holds.yml': 'anybody who can write can lift a hold',
  'lane.yml': 'upstream learns late that the queue is clear',
  'look-again.yml':
    'a check stays green when what it was made of has ended, and bumps that waited for the merge window stay open',
  'plan.yml': 'nobody sees what a pull request changes',
  'retest.yml': 'a deploy that was no clean pass waits for ever',
  'reviewed.yml': 'approvals are not counted',
  'rollback-cluster.yml': 'there is no way back',
  'rollback.yml': 'there is no way back',
  'settle.yml': 'what was cut off stays half-done',
  'stage-cluster.yml': 'nothing is tried on staging first',
  'stage.yml': 'nothing is tried on staging first',
  'watch-cluster.yml': 'nobody is told what breaks in the day after a dangerous change',
  'watch.yml': 'versions that come late are not proposed',
}

/** What may not run twice at once, nor be dropped from the queue. */
const queued = 'lockstep-deploy'

export function fileChecks(facts: DoctorFacts): SettingCheck[] {
  const look = `Look at ${folder} and at the Actions tab.`
  const needed = Object.entries(workflowFiles)
  return [
    checkSetting('Workflows are there', facts.workflows, look, (found) => {
      const missing = needed.filter(([name]) => !fileOf(name, found))
      return missing.length === 0
        ? `All ${needed.length} are.`
        : {
            finding: 'workflow-missing',
            wrong: `${missing.map(([name, loss]) => `${name} is not there (${loss})`).join('; ')}.`,
            fix: 'Copy what is missing from workflows-examples/deploy-repo.',
          }
    }),
    checkSetting('Workflows are switched on', facts.workflows, look, (found) => {
      const off = needed.flatMap(([name, loss]) => offOf(name, loss, found) ?? [])
      return off.length === 0
        ? 'None of these is switched off.'
        : {
            finding: 'workflow-off',
            wrong: `${off.join('; ')}.`,
            fix: 'Actions, the workflow\'s page, "Enable workflow".',
          }
    }),
    scheduleCheck('Schedules run', 'schedule-silent', ofExample(facts.workflows), look, facts.now),
    checkSetting(
      'Nothing that Dependabot does is deployed without keys',
      facts.dependabot,
      'Look for .github/dependabot.yml.',
      (on) =>
        // A27
        on
          ? 'Dependabot is on. What dependabot[bot] merges itself starts a deploy without secrets, which fails before it changes anything: merge its pull requests yourself. The next merge deploys that one as well.'
          : 'Dependabot has no configuration here.',
    ),
    checkSetting('Deploys wait for each other', facts.workflows, look, (found) => {
      const loose = found.filter(({ path, text }) => path === `${folder}/deploy.yml` || inQueue(text)).filter(isLoose)
      return loose.length === 0
        ? 'One at a time, and none is dropped.'
        : {
            finding: 'deploys-not-queued',
            wrong: `${loose.map(({ path }) => path).join(', ')}: not in the queue "${queued}", or dropped from it.`,
            fix: `Let it have "concurrency: { group: ${queued}, queue: max }", as in workflows-examples/deploy-repo.`,
          }
    }),
    checkSetting('Policy and workflows have owners', facts.codeOwners, 'Look at .github/CODEOWNERS.', (text) => {
      const without = guarded.filter((path) => !hasOwner(text ?? '', path))
      return without.length === 0
        ? 'Their owners are asked to review what changes them.'
        : {
            finding: 'no-code-owners',
            wrong: `Nobody is asked to review changes of ${without.join(', ')}.`,
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
  return `${name} is switched off${by} (${loss})`
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
