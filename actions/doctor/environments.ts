import { checkSetting, type SettingCheck } from './check.js'
import type { DoctorFacts, EnvironmentSettings } from './facts.js'
import { admitsQueue } from './merge-queue.js'

/** Where the keys lie, and that nobody else can read them. */
export function environmentChecks({ environments, branch, keysOutside, unsaid }: DoctorFacts): SettingCheck[] {
  const each = environments.map(({ name, found }) =>
    checkSetting(`Environment ${name}`, found, `Check Settings, Environments, ${name}.`, (environment) => {
      if (!environment) {
        return {
          finding: 'environment-missing',
          wrong: 'It does not exist. GitHub creates it, open to every branch, as soon as a job names it.',
          fix: `Create it as in step 4 of docs/adopting.md (Settings, Environments, New environment: ${name}).`,
        }
      }
      return onlyFrom(environment, branch)
        ? `Only ${branch} may use it.`
        : {
            finding: 'environment-open',
            wrong: `${whoMay(environment)} may use it: anybody who can push such a branch can read its keys.${queued(environment)}`,
            fix: `Settings, Environments, ${name}, Deployment branches and tags: "Selected branches and tags", with only the branch ${branch}.`,
          }
    }),
  )
  return [
    ...each,
    checkSetting(
      'Keys are stored only in environments',
      keysOutside,
      'Check Settings, Secrets and variables, Actions: there must be no such repository or organisation secret.',
      (names) =>
        names.length === 0
          ? 'A job without an environment sees none of them.'
          : {
              finding: 'exposed-secrets',
              wrong: `A job without an environment sees ${names.join(', ')}: any pushed branch can read them.`,
              fix: `Settings, Secrets and variables, Actions: delete ${names.join(', ')} from the repository's and the organisation's secrets, and create new keys: these were exposed.`,
            },
    ),
    checkSetting(
      'Jobs may only read by default',
      unsaid,
      'Check Settings, Actions, General, Workflow permissions: "Read repository contents and packages permissions".',
      (level) =>
        level === 'read'
          ? 'A workflow without "permissions" may only read.'
          : {
              finding: 'jobs-may-write',
              wrong: 'A workflow without "permissions" gets a token that may write everything.',
              fix: 'Settings, Actions, General, Workflow permissions: choose "Read repository contents and packages permissions". Every workflow of Lockstep declares the permissions that it needs.',
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
    ? ' A merge queue creates such branches from unmerged changes.'
    : ''

function whoMay({ admits }: EnvironmentSettings): string {
  if (admits === 'any') return 'Every branch'
  if (admits === 'protected') return 'Every branch with protection'
  const all = [...admits.branches, ...admits.tags.map((tag) => `the tag ${tag}`)]
  return all.length === 0 ? 'Nobody' : all.join(', ')
}
