import { UserError } from '../../shared/foundation/errors.js'
import { policyFile } from '../../shared/foundation/workspace.js'
import { firstAt } from '../../shared/policy/cluster-values.js'
import { fillPlaceholders, type PlaceholderValues } from '../../shared/policy/placeholders.js'
import type { Policy, SmokeCheck, VersionPlace } from '../../shared/policy/policy.js'
import { matchVersion } from '../../shared/policy/version-template.js'
import { showPath } from '../../shared/yaml/path.js'

/** A component's version as a running cluster must tell it. */
export interface VersionCheck {
  component: string
  url: string
  place: VersionPlace
  /** The full version, or the image's tag. */
  version: string
  /** The commit (7 to 40 hex digits) that is written in the version. */
  commit: string | undefined
}

export interface CheckToRun {
  versions: VersionCheck[]
  checks: SmokeCheck[]
  skipped: { name: string; why: string }[]
}

/** What is to be asked of a cluster, with the placeholders filled in. @throws UserError where one stands for nothing, or there is nothing to ask. */
export function checksToRun(policy: Policy, components: Record<string, string>, site: PlaceholderValues): CheckToRun {
  const versions = policy.components.flatMap(({ name, versionEndpoint, versions }): VersionCheck[] => {
    const version = components[name]
    if (!versionEndpoint || version === undefined) return []
    const { url, ...place } = versionEndpoint
    const template = url.startsWith('/') ? `https://{host}${url}` : url
    return [
      {
        component: name,
        url: fillPlaceholders(template, site),
        place,
        version,
        commit: matchVersion(versions, version)?.commit,
      },
    ]
  })
  const applies = ({ when }: SmokeCheck): boolean => when === undefined || Boolean(firstAt(site.values, when))
  if (versions.length > 0 || policy.smokeTests.length > 0) {
    return {
      versions,
      checks: policy.smokeTests.filter(applies).map((check) => withAddress(fillPlaceholders(check, site))),
      skipped: policy.smokeTests
        .filter((check) => !applies(check))
        .map((check) => ({
          name: checkName(check),
          why: `skipped: ${showPath(check.when ?? [])} is off on this cluster`,
        })),
    }
  }
  throw new UserError('policy-invalid', 'The policy defines nothing to test, so nothing can be verified.', {
    fix: 'Give a component "version-endpoint: { url: /versions, path: ... }", or add a check under "smoke-tests".',
    at: { file: policyFile },
  })
}

/** A placeholder may have brought anything along. @throws UserError where a check's address is none now. */
function withAddress<C extends SmokeCheck>(check: C): C {
  const address = addressOf(check)
  if (address === undefined || (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol))) return check
  throw new UserError(
    'target-missing',
    `The check "${checkName(check)}" has no valid web address: ${JSON.stringify(address)}.`,
    {
      fix: 'Correct the value of its placeholder.',
      at: { file: policyFile },
    },
  )
}

function addressOf(check: SmokeCheck): string | undefined {
  if (check.kind === 'http') return check.url
  return 'url' in check ? check.url : undefined
}

/** What the report calls a check. */
export function checkName(check: SmokeCheck): string {
  if (check.name !== undefined) return check.name
  switch (check.kind) {
    case 'http':
      return check.method === 'GET' ? check.url : `${check.method} ${check.url}`
    case 'kubernetes':
      return `kubernetes ${check.look.join(', ')}`
    case 'prometheus':
      return `prometheus ${check.query}`
    case 'command':
      return `command ${check.command.join(' ')}`
    case 'jupyterhub':
      return `jupyterhub ${check.url} ${check.user}`
    case 'binder-launch':
    case 'binder-build':
      return `${check.kind} ${check.repo} ${check.ref}`
  }
}
