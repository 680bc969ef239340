import { readFile } from 'node:fs/promises'
import { UserError } from '../shared/foundation/errors.js'
import { policyFile } from '../shared/foundation/workspace.js'
import { parsePolicy } from '../shared/policy/policy.js'
import type { Http } from '../shared/registry/registry-http.js'
import { decideChange } from '../shared/requirements/decide.js'
import { explainChange } from '../shared/requirements/explain.js'
import { classifyWithCarried } from '../shared/risk/carried.js'
import { checkoutChanges, gitIn } from './checkout-changes.js'

export interface ExplainOptions {
  /** The checkout. */
  root: string
  /** `BASE..HEAD`; undefined for the files that lie there, compared with the last commit. */
  range: string | undefined
  /** A policy file to try. */
  policy: string | undefined
}

/** What the gate would say about a change in a checkout, and why, as lines of text. */
export async function explainMerge(
  { root, range, policy: policyAt }: ExplainOptions,
  http: Http,
  now: Date,
): Promise<string[]> {
  const changes = await checkoutChanges(root, range)
  const policy = parsePolicy(...(await policyText(root, changes.base, policyAt)))
  const what = await classifyWithCarried(changes, policy, http)
  const nobody = { login: '', standing: 'unknown' } as const
  const facts = { what, digest: changes.digest, authors: [nobody], reviews: [], evidence: [], standby: undefined }
  const silence = { freezes: [], holidays: {}, holds: [], breakGlass: undefined, debts: [] }
  const derivation = decideChange(policy, { ...facts, ...silence }, now)
  const compared = range ?? 'the files that lie there, with the last commit'
  return [`${root}: ${compared} (${changes.files.length} files)`, '', ...explainChange(what, derivation)]
}

/** The base's own policy: never the change's copy, unless another file is given to try it. */
async function policyText(root: string, base: string, file: string | undefined): Promise<[string, string]> {
  if (file !== undefined) return [await readFile(file, 'utf8'), file]
  const text = await gitIn(root)(['cat-file', 'blob', `${base}:${policyFile}`]).catch(() => undefined)
  if (text !== undefined) return [text, policyFile]
  throw new UserError('policy-invalid', `${root} has no ${policyFile} at ${base.slice(0, 7)}.`, {
    fix: 'Give one with --policy FILE; workflows-examples/deploy-repo has one to begin with.',
  })
}
