import type { AppName } from './facts.js'

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

/** What an App has to have: seeing the members only where the operators are a team. */
export function neededBy(app: AppName, team: boolean): Record<string, Level> {
  const { members, ...others } = appPermissions[app]
  return team && members ? { ...others, members } : others
}

/** Whether a permission that is there is enough. Levels as GitHub words them. */
export const coversPermissions = (has: string | undefined, needs: string): boolean =>
  has === 'admin' || has === needs || (has === 'write' && needs === 'read')

export const showPermissions = (some: readonly [string, string][]): string =>
  some.map(([name, level]) => `${name.replaceAll('_', '-')}: ${level}`).join(', ')
