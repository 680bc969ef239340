import { UserError } from '../../shared/action/errors.js'
import type { Workspace } from '../../shared/action/workspace.js'
import { readPath, type Values } from '../../shared/policy/cluster-values.js'
import { type Policy, policyFile } from '../../shared/policy/policy.js'
import { matchVersion } from '../../shared/policy/version-template.js'
import { type Path, showPath } from '../../shared/yaml/path.js'
import { readScalar } from '../../shared/yaml/scalar.js'

/** A component's version as a running cluster must tell it. */
export interface VersionAsked {
  component: string
  url: string
  path: Path
  /** The full version, or the image's tag. */
  version: string
  /** The commit (7 to 40 hex digits) that is written in the version. */
  commit: string | undefined
}

export interface HttpAsked {
  url: string
  status: number
  /** Milliseconds. */
  within: number
}

export interface Asked {
  versions: VersionAsked[]
  checks: HttpAsked[]
  skipped: { asked: string; why: string }[]
}

/** What is to be asked of a cluster, with its host filled in. @throws UserError where it has no host or there is nothing to ask. */
export function askedOf(
  policy: Policy,
  components: Record<string, string>,
  values: Values,
  host: string | undefined,
): Asked {
  const urlOf = (template: string): string => {
    if (!template.includes('{host}') && !template.startsWith('/')) return template
    if (host !== undefined)
      return (template.startsWith('/') ? `https://{host}${template}` : template).replaceAll('{host}', host)
    throw new UserError('target-missing', `The cluster has no host, which ${JSON.stringify(template)} needs.`, {
      fix: 'Give it a "host:" in the policy, or the value that the policy\'s "host" names.',
      at: { file: policyFile },
    })
  }
  const versions = policy.components.flatMap(({ name, expect, versions }): VersionAsked[] => {
    const version = components[name]
    if (!expect || version === undefined) return []
    const commit = matchVersion(versions, version)?.commit
    return [{ component: name, url: urlOf(expect.url), path: expect.path, version, commit }]
  })
  const http = policy.smoke.flatMap((check) => (check.kind === 'http' ? [check] : []))
  const applies = (when: Path | undefined): boolean => when === undefined || Boolean(readPath(values, when))
  const asked: Asked = {
    versions,
    checks: http
      .filter(({ when }) => applies(when))
      .map(({ url, status, within }) => ({ url: urlOf(url), status, within })),
    skipped: http
      .filter(({ when }) => !applies(when))
      .map(({ url, when = [] }) => ({ asked: url, why: `skipped: ${showPath(when)} is off on this cluster` })),
  }
  if (versions.length > 0 || http.length > 0) return asked
  throw new UserError('policy-invalid', 'The policy names nothing to test, and a pass that tested nothing is none.', {
    fix: 'Give a component "expect: { url: /versions, path: ... }", or add a check under "smoke".',
    at: { file: policyFile },
  })
}

/** A check that this version cannot do must not be left out in silence. @throws UserError `policy-invalid` at its line. */
export async function refuseUnsupported(policy: Policy, workspace: Workspace): Promise<void> {
  const index = policy.smoke.findIndex(({ kind }) => kind !== 'http')
  const check = policy.smoke[index]
  if (!check) return
  const at = readScalar((await workspace.read(policyFile)) ?? '', ['smoke', index, check.kind], policyFile)
  throw new UserError('policy-invalid', `The check "${check.kind}" (smoke.${index}) is not supported yet.`, {
    fix: 'Use an "http" check instead, or remove it.',
    at: { file: policyFile, ...(at ? { line: at.line, column: at.column } : {}) },
  })
}
