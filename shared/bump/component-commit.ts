import { UserError } from '../action/errors.js'
import type { Component } from '../policy/policy.js'
import { matchVersion } from '../policy/version-template.js'

/**
 * The part of the upstream commit that is in a component's version, 7 to 40 hex digits.
 *
 * @throws UserError `policy-invalid` where no version template of the component fits.
 */
export function commitIn(component: Component, version: string): string {
  const match = matchVersion(component.versions, version)
  if (match) return match.commit
  throw new UserError(
    'policy-invalid',
    `Version "${version}" of ${component.name} names no commit that could be read.`,
    {
      fix: `Add a template for it to "version" of ${component.name} in the policy, or write a version there that fits one: ${component.versions.join(', ')}.`,
    },
  )
}
