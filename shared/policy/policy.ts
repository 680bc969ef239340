import { policyFile } from '../foundation/workspace.js'
import { parseSource, type YamlSource } from '../yaml/documents.js'
import { policyMistakes } from './checks.js'
import { normalizePolicy } from './normalize.js'
import { locateProblem, type PolicyProblem, policyInvalid, problemsOf } from './problems.js'
import { policySchema } from './schema.js'
import type { Cluster, Policy } from './types.js'

export type * from './types.js'

/** Where the lock file lies in the deploy repo. */

export const lockFile = '.github/deploy-lock.yml'

/**
 * Reads the deploy policy and fills in the defaults. `file` is only for messages.
 *
 * @throws UserError `policy-invalid` with every error of the file (at most 10 shown), at line and column of the first.
 */
export function parsePolicy(text: string, file = policyFile): Policy {
  const source = parseSource(text, file)
  const data = dataOf(source)

  const parsed = policySchema.safeParse(data)
  if (!parsed.success) {
    throw policyInvalid(problemsOf(parsed.error.issues, source, data), file)
  }
  const policy = normalizePolicy(parsed.data)
  const wrong = policyMistakes(policy).map(({ message, fix, spot }) => ({
    message,
    fix,
    at: locateProblem(source, spot),
  }))
  if (wrong.length > 0) throw policyInvalid(wrong, file)
  return policy
}

/** The clusters in the order they are deployed: one wave for each role that is in use. */
export function clustersByWave(policy: Policy): Cluster[][] {
  const used = [...new Set(policy.clusters.map((cluster) => cluster.wave))]
  return used.map((role) => policy.clusters.filter((cluster) => cluster.wave === role))
}

/** The one YAML document of the file as data. */
function dataOf(source: YamlSource): unknown {
  const { file, documents, errors, place } = source
  const [document, second] = documents
  const problem = (message: string, fix: string, offset = 0): PolicyProblem => ({ message, fix, at: place(offset) })
  const fail = (...problems: PolicyProblem[]): never => {
    throw policyInvalid(problems, file)
  }

  if (errors.length > 0) {
    fail(
      ...errors.map(({ message, offset }) =>
        problem(`Not valid YAML: ${message}.`.replace(/\.\.$/, '.'), 'Correct the YAML.', offset),
      ),
    )
  }
  if (!document?.contents)
    return fail(problem(`${file} is empty.`, 'Write the policy. docs/policy-reference.md lists its keys.'))
  if (second)
    return fail(problem('The policy must be one YAML document, not several.', 'Remove the "---".', second.range[0]))
  try {
    // Aliases of aliases can stand for gigabytes: the parser gives up after this many.
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    return fail(
      problem(`The aliases cannot be resolved: ${error.message}.`, 'Write the values out instead of using aliases.'),
    )
  }
}
