/** Permissions of a token, as GitHub names them: `pull_requests`. */
export type Permissions = Readonly<Record<string, 'read' | 'write'>>

/** The permissions that the App needs on a repository for all of these. */
export function mergePermissions(all: readonly Permissions[]): Record<string, 'read' | 'write'> {
  const merged: Record<string, 'read' | 'write'> = {}
  for (const [name, level] of all.flatMap((one) => Object.entries(one))) {
    if (merged[name] !== 'write') merged[name] = level
  }
  return merged
}

/** Whether a permission that is there is enough. Levels as GitHub words them. */
export const coversPermission = (has: string | undefined, needs: string): boolean =>
  has === 'admin' || has === needs || (has === 'write' && needs === 'read')

export const showPermissions = (some: readonly (readonly [string, string])[]): string =>
  some.map(([name, level]) => `${name.replaceAll('_', '-')}: ${level}`).join(', ')
