import { type TokenUses, tokenUses } from '../../shared/action/tokens.js'
import { mergePermissions } from '../../shared/foundation/permissions.js'
import type { AppName } from './facts.js'

/** What docs/adopting.md gives to the two Apps: as much as the modes of all actions need, and no more. */
export const appPermissions: Record<AppName, Record<string, 'read' | 'write'>> = {
  gate: neededFrom('gate'),
  bump: neededFrom('bump'),
}

function neededFrom(app: AppName): Record<string, 'read' | 'write'> {
  const all = Object.values<Record<string, TokenUses>>(tokenUses).flatMap((modes) => Object.values(modes))
  const uses = all.flatMap((one) => Object.values(one)).filter(({ of }) => of === app)
  return mergePermissions(uses.flatMap(({ permissions, optional = {} }) => [permissions, optional]))
}

/** What an App has to have: seeing the members only where the operators are a team. */
export function neededBy(app: AppName, team: boolean): Record<string, 'read' | 'write'> {
  const { members, ...others } = appPermissions[app]
  return team && members ? { ...others, members } : others
}
