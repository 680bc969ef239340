import { type Check, check } from './check.js'
import type { AppName, Facts, Installation } from './facts.js'

type Level = 'read' | 'write'

/** What docs/adopting.md gives to the two Apps: as much as their jobs ask for, and no more. */
export const appPermissions: Record<AppName, Record<string, Level>> = {
  gate: {
    checks: 'write',
    contents: 'write',
    deployments: 'write',
    issues: 'write',
    members: 'read',
    pull_requests: 'write',
    statuses: 'write',
  },
  bump: { contents: 'write', deployments: 'read', issues: 'write', pull_requests: 'write' },
}

/** Both Apps: installed, the ones that the policy names, with neither too little nor too much. */
export const appChecks = ({ installations, policy }: Facts): Check[] =>
  installations.map(({ app, repo, found }) =>
    check(
      `The ${app} App on ${repo}`,
      found,
      `Look at the App's settings: Permissions & events against the table in step 2 of docs/adopting.md, and Install App for ${repo}.`,
      (installed) => judge(app, repo, policy.apps[app].id, 'team' in policy.operators, installed),
    ),
  )

function judge(app: AppName, repo: string, id: number, team: boolean, installed: Installation | 'refused' | undefined) {
  if (!installed) return { wrong: 'It is not installed there.', fix: `The App's settings, Install App: add ${repo}.` }
  if (installed === 'refused') {
    return {
      wrong: `GitHub does not accept the key as one of the App ${id}, which the policy names.`,
      fix: `Correct "apps.${app}.id" in the policy, or put a key of the App ${id} into the environment "lockstep".`,
    }
  }
  if (installed.suspended)
    return {
      wrong: 'Its installation is suspended.',
      fix: "An owner lifts that: the organisation's settings, GitHub Apps.",
    }
  const { members, ...others } = appPermissions[app]
  const needed = team && members ? { ...others, members } : others
  const less = Object.entries(needed).filter(([name, level]) => !covers(installed.permissions[name], level))
  const more = Object.entries(installed.permissions).filter(
    ([name, level]) => name !== 'metadata' && !covers(appPermissions[app][name], level),
  )
  if (less.length > 0) {
    return {
      wrong: `It lacks ${show(less)}.`,
      fix: `The App's settings, Permissions & events: add ${show(less)}; then an owner accepts that in the organisation's settings, GitHub Apps.`,
    }
  }
  if (more.length > 0) {
    return {
      wrong: `It may do more than it needs: ${show(more)}.`,
      fix: `The App's settings, Permissions & events: take ${show(more)} away.`,
    }
  }
  return 'It has what it needs, and no more.'
}

const covers = (has: string | undefined, needs: string): boolean => has === 'write' || has === needs

const show = (some: [string, string][]): string =>
  some.map(([name, level]) => `${name.replaceAll('_', '-')}: ${level}`).join(', ')
