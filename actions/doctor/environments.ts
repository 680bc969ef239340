import { checkSetting, type SettingCheck } from './check.js'
import type { DoctorFacts, EnvironmentSettings } from './facts.js'
import { admitsQueue } from './merge-queue.js'

/** Where the keys lie, and that nobody else can read them. */
export function environmentChecks({ environments, branch, keysOutside, unsaid }: DoctorFacts): SettingCheck[] {
  const each = environments.map(({ name, found }) =>
    checkSetting(`Environment ${name}`, found, `Look at Settings, Environments, ${name}.`, (environment) => {
      if (!environment) {
        return {
          finding: 'environment-missing',
          wrong: 'It is not there. GitHub makes it, open to every branch, as soon as a job names it.',
          fix: `Make it as in step 4 of docs/adopting.md (Settings, Environments, New environment: ${name}).`,
        }
      }
      return onlyFrom(environment, branch)
        ? `Only ${branch} may use it.`
        : {
            finding: 'environment-open',
            wrong: `${whoMay(environment)} may use it: whoever can push a branch can read its keys.${queued(environment)}`,
            fix: `Settings, Environments, ${name}, Deployment branches and tags: "Selected branches and tags", with the branch ${branch} and nothing else.`,
          }
    }),
  )
  return [
    ...each,
    checkSetting(
      'Keys lie only in environments',
      keysOutside,
      'Look at Settings, Secrets and variables, Actions: there must be no such repository or organisation secret.',
      (names) =>
        names.length === 0
          ? 'A job without an environment sees none of them.'
          : {
              finding: 'exposed-secrets',
              wrong: `A job without an environment sees ${names.join(', ')}: any pushed branch can read that.`,
              fix: `Settings, Secrets and variables, Actions: delete ${names.join(', ')} from the repository's and the organisation's secrets, and make new keys: these have been open.`,
            },
    ),
    checkSetting(
      'Jobs may do little by default',
      unsaid,
      'Look at Settings, Actions, General, Workflow permissions: "Read repository contents and packages permissions".',
      (level) =>
        level === 'read'
          ? 'A workflow that says nothing may read.'
          : {
              finding: 'jobs-may-write',
              wrong: 'A workflow that says nothing gets a token that may write everything.',
              fix: 'Settings, Actions, General, Workflow permissions: choose "Read repository contents and packages permissions". Every workflow of Lockstep says what it needs.',
            },
    ),
  ]
}

const onlyFrom = ({ admits }: EnvironmentSettings, branch: string): boolean =>
  typeof admits === 'object' &&
  admits.tags.length === 0 &&
  admits.branches.length > 0 &&
  admits.branches.every((one) => one === branch)

/** What is behind such a rule, where somebody wanted a merge queue. */
const queued = ({ admits }: EnvironmentSettings): string =>
  typeof admits === 'object' && admits.branches.some(admitsQueue)
    ? ' A merge queue makes such branches of what is not merged yet.'
    : ''

function whoMay({ admits }: EnvironmentSettings): string {
  if (admits === 'any') return 'Every branch'
  if (admits === 'protected') return 'Every branch with protection'
  const all = [...admits.branches, ...admits.tags.map((tag) => `the tag ${tag}`)]
  return all.length === 0 ? 'Nobody' : all.join(', ')
}
