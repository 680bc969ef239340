import type { Exec } from '../../../shared/exec/exec.js'
import { kubeError } from '../../../shared/kube/kubectl.js'
import { isUnreachable, withoutAddresses, withoutLog } from '../../../shared/kube/messages.js'
import { redactText, valueRedactor } from '../../../shared/render/redact.js'
import type { Resource } from '../../../shared/render/resources.js'

export interface DryRun {
  /** How many objects the cluster was asked about. */
  asked: number
  /** Kinds that it was not asked about. */
  left: string[]
  /** What it said against them, one line each; empty where it would take everything. */
  refused: string[]
}

// The answer would show a Secret's content, and to write a Role one needs every right that it gives.
const neverAsked = ['Secret', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']

/**
 * Asks the cluster by server-side apply whether it would take these objects; nothing is changed. Hooks are left out: Helm
 * deletes them before it makes them again.
 *
 * @param kubeconfig path of a file, best of the identity in docs/dry-run-identity.yaml.
 * @throws UserError where the cluster cannot be asked at all.
 */
export async function dryRun(exec: Exec, kubeconfig: string, namespace: string, all: Resource[]): Promise<DryRun> {
  const asked = all.filter(({ kind, hook }) => !neverAsked.includes(kind) && hook === undefined)
  const left = [
    ...new Set(all.filter((one) => !asked.includes(one)).map(({ kind, hook }) => (hook ? `${kind} (hook)` : kind))),
  ]
  if (asked.length === 0) return { asked: 0, left, refused: [] }
  const args = ['apply', '--server-side', '--dry-run=server', '--force-conflicts', '--field-manager=lockstep-dry-run']
  const { code, stderr } = await exec(
    'kubectl',
    [...args, '--validate=warn', '--namespace', namespace, '--filename', '-'],
    {
      env: { KUBECONFIG: kubeconfig },
      input: asked.map(({ text }) => text()).join('\n---\n'),
    },
  )
  if (code === 0) return { asked: asked.length, left, refused: [] }
  if (isUnreachable(stderr) || /must be logged in|provide credentials/i.test(stderr)) {
    throw kubeError('dry-run the change', stderr)
  }
  return { asked: asked.length, left, refused: sentences(stderr) }
}

/** One line an object; the rest of a long message is what the object holds, which is not for logs. */
function sentences(stderr: string): string[] {
  const lines = withoutAddresses(withoutLog(stderr))
    .split('\n')
    .filter((line) => /^(The |Error|error)/.test(line))
  const found = lines.length > 0 ? lines : [withoutLog(stderr)]
  return found
    .slice(0, 50)
    .map((line) =>
      redactText(line.replace(/Invalid value: .*?: (?=field|Forbidden)/g, ''), valueRedactor()).slice(0, 400),
    )
}
