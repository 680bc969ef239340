import { coversPermission, showPermissions } from '../../shared/foundation/permissions.js'
import { getList, getPath, getText, isFields, readYaml } from '../../shared/yaml/get-path.js'
import { checkSetting, type Seen, type SettingCheck } from './check.js'
import type { AppName, DoctorFacts, Workflow } from './facts.js'
import { neededBy } from './permissions.js'

/** A token of an App that a workflow asks for. */
export interface AskedPermissions {
  path: string
  app: AppName
  /** Whether it is for repositories of an owner that the step names, so for the other side; else for the workflow's own. */
  elsewhere: boolean
  /** GitHub's names: `pull_requests`. */
  permissions: Record<string, string>
}

/** What the steps of workflows with actions/create-github-app-token ask for; those that may fail are left out. */
export const asksOf = (workflows: readonly Workflow[]): AskedPermissions[] =>
  workflows.flatMap(({ path, text }) => {
    const jobs = getPath(readYaml(text ?? ''), 'jobs')
    const steps = isFields(jobs) ? Object.values(jobs).flatMap((job) => getList(job, 'steps')) : []
    return steps.flatMap((step) => askOf(path, step) ?? [])
  })

function askOf(path: string, step: unknown): AskedPermissions | undefined {
  const given = getPath(step, 'with')
  if (!/^actions\/create-github-app-token@/.test(getText(step, 'uses') ?? '') || !isFields(given)) return undefined
  if (getPath(step, 'continue-on-error') === true) return undefined
  const id = String(given['app-id'] ?? given['client-id'] ?? '')
  const app = /\bLOCKSTEP_GATE_/.test(id) ? 'gate' : /\bLOCKSTEP_BUMP_/.test(id) ? 'bump' : undefined
  if (!app) return undefined
  const permissions = Object.entries(given).flatMap(([name, level]): [string, string][] => {
    const [, permission] = /^permission-([a-z-]+)$/.exec(name) ?? []
    // An expression may be anything.
    if (permission === undefined || (level !== 'read' && level !== 'write' && level !== 'admin')) return []
    return [[permission.replaceAll('-', '_'), level]]
  })
  return { path, app, elsewhere: given['owner'] !== undefined, permissions: Object.fromEntries(permissions) }
}

/** P11: GitHub refuses a token with more than the installation has, and the job ends there. */
export function askChecks({ repo, workflows, upstreams, installations, policy }: DoctorFacts): SettingCheck[] {
  const sides = [{ repo, workflows }, ...upstreams]
  const unknown = installations.find(({ found }) => 'unseen' in found)?.found
  const lists = sides.map((side) => side.workflows)
  const unseen = [...lists, ...(unknown ? [unknown] : [])].find((one) => 'unseen' in one)
  const asked: Seen<string[]> = unseen && 'unseen' in unseen ? unseen : { value: sides.flatMap(lacking) }
  return [
    checkSetting(
      'Workflows ask for no more than the Apps have',
      asked,
      'Look whether a run fails at "create-github-app-token".',
      (lacks) =>
        lacks.length === 0
          ? 'Every token that they ask for can be made.'
          : {
              finding: 'workflow-asks-more',
              wrong: `${lacks.join('; ')}: GitHub refuses that token, and the job ends there.`,
              fix: "The App's settings, Permissions & events: add that, and an owner accepts it. Or take the line out of the workflow, where nothing needs it.",
            },
    ),
  ]

  function lacking({ repo: from, workflows: list }: { repo: string; workflows: Seen<Workflow[]> }): string[] {
    const all = 'value' in list ? asksOf(list.value) : []
    const others = from === repo ? upstreams.map((one) => one.repo) : [repo]
    const lacks = all.flatMap(({ path, app, elsewhere, permissions }) =>
      (elsewhere ? others : [from]).flatMap((on) => {
        const has = grantedTo(app, on)
        // What it needs and has not got is told of the App itself.
        const needs = neededBy(app, 'team' in policy.operators)
        const told = Object.entries(permissions).filter(([name, level]) => !coversPermission(needs[name], level))
        const less = has ? told.filter(([name, level]) => !coversPermission(has[name], level)) : []
        return less.length === 0 ? [] : [`${path} of ${from} asks the ${app} App on ${on} for ${showPermissions(less)}`]
      }),
    )
    return [...new Set(lacks)]
  }

  /** Undefined where it is not there, which is told elsewhere. Every App may read metadata. */
  function grantedTo(app: AppName, on: string): Record<string, string> | undefined {
    const found = installations.find((one) => one.app === app && one.repo === on)?.found
    const is = found && 'value' in found && found.value !== 'refused' ? found.value : undefined
    return is && { metadata: 'read', ...is.permissions }
  }
}
