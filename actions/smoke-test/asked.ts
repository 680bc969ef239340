import { UserError } from '../../shared/action/errors.js'
import { firstAt } from '../../shared/policy/cluster-values.js'
import { fill, type Site } from '../../shared/policy/placeholders.js'
import { type Check, type Policy, policyFile, type VersionPlace } from '../../shared/policy/policy.js'
import { matchVersion } from '../../shared/policy/version-template.js'
import { showPath } from '../../shared/yaml/path.js'

/** A component's version as a running cluster must tell it. */
export interface VersionAsked {
  component: string
  url: string
  place: VersionPlace
  /** The full version, or the image's tag. */
  version: string
  /** The commit (7 to 40 hex digits) that is written in the version. */
  commit: string | undefined
}

export interface Asked {
  versions: VersionAsked[]
  checks: Check[]
  skipped: { name: string; why: string }[]
}

/** What is to be asked of a cluster, with the placeholders filled in. @throws UserError where one stands for nothing, or there is nothing to ask. */
export function askedOf(policy: Policy, components: Record<string, string>, site: Site): Asked {
  const versions = policy.components.flatMap(({ name, expect, versions }): VersionAsked[] => {
    const version = components[name]
    if (!expect || version === undefined) return []
    const { url, ...place } = expect
    const template = url.startsWith('/') ? `https://{host}${url}` : url
    return [
      {
        component: name,
        url: fill(template, site),
        place,
        version,
        commit: matchVersion(versions, version)?.commit,
      },
    ]
  })
  const applies = ({ when }: Check): boolean => when === undefined || Boolean(firstAt(site.values, when))
  if (versions.length > 0 || policy.smoke.length > 0) {
    return {
      versions,
      checks: policy.smoke.filter(applies).map((check) => withAddress(fill(check, site))),
      skipped: policy.smoke
        .filter((check) => !applies(check))
        .map((check) => ({
          name: nameOf(check),
          why: `skipped: ${showPath(check.when ?? [])} is off on this cluster`,
        })),
    }
  }
  throw new UserError('policy-invalid', 'The policy names nothing to test, and a pass that tested nothing is none.', {
    fix: 'Give a component "expect: { url: /versions, path: ... }", or add a check under "smoke".',
    at: { file: policyFile },
  })
}

/** A placeholder may have brought anything along. @throws UserError where a check's address is none now. */
function withAddress<C extends Check>(check: C): C {
  const address = addressOf(check)
  if (address === undefined || (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol))) return check
  throw new UserError(
    'target-missing',
    `The check "${nameOf(check)}" has no web address: ${JSON.stringify(address)}.`,
    {
      fix: 'Correct the value that its placeholder stands for.',
      at: { file: policyFile },
    },
  )
}

function addressOf(check: Check): string | undefined {
  if (check.kind === 'http') return check.url
  return 'at' in check ? check.at : undefined
}

/** What the report calls a check. */
export function nameOf(check: Check): string {
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
      return `jupyterhub ${check.at} ${check.user}`
    case 'binder-launch':
    case 'binder-build':
      return `${check.kind} ${check.repo} ${check.ref}`
  }
}
