import type { Exec } from '../exec/exec.js'
import { UserError } from '../foundation/errors.js'
import { isUnreachable, withoutAddresses, withoutLog } from './messages.js'

/** kubectl for one cluster and one namespace. Credentials go by environment, never by argument. */
export interface Kubectl {
  /** The object, or undefined where it does not exist. */
  get(kind: string, name: string): Promise<unknown>
  /** Those of these objects that exist, in whichever namespace each names. @throws UserError where one may not be read. */
  find(objects: ObjectName[]): Promise<unknown[]>
  /** Every API version that the cluster serves, as `group/version`. */
  served(): Promise<string[]>
  /** Everything of these kinds in the namespace; empty where the cluster does not answer in time. */
  list(...kinds: string[]): Promise<unknown[]>
  /** The same. @throws UserError where the cluster does not answer or refuses. */
  all(...kinds: string[]): Promise<unknown[]>
  /** The last lines that a container wrote; `previous` asks for the run before its last restart. */
  logs(pod: string, container: string, previous: boolean): Promise<string>
  /**
   * Server-side apply. `manager` owns the fields it names, and takes them from whoever has them. Returns what is stored now.
   *
   * @param ours an object that Lockstep made itself: its fields are not checked, for which kubectl would fetch all schemas.
   */
  apply(object: unknown, manager: string, ours?: 'ours'): Promise<unknown>
}

/** Which object: all that kubectl needs to find one. */
export interface ObjectName {
  apiVersion: string
  kind: string
  /** Without a namespace it is one of the cluster. */
  metadata: { name: string; namespace?: string }
}

// Without it kubectl waits for minutes on an address that swallows packets.
const patience = '--request-timeout=15s'

export function kubectlFor(exec: Exec, kubeconfig: string, namespace: string): Kubectl {
  const anywhere = (args: string[], input?: string): ReturnType<Exec> =>
    exec('kubectl', [patience, ...args], {
      env: { KUBECONFIG: kubeconfig },
      ...(input === undefined ? {} : { input }),
    })
  const run = (args: string[], input?: string): ReturnType<Exec> => anywhere(['--namespace', namespace, ...args], input)
  const all = async (kinds: string[]): Promise<unknown[]> => {
    const { code, stdout, stderr } = await run(['get', kinds.join(','), '--output', 'json'])
    if (code !== 0) throw kubeError(`list ${kinds.join(', ')}`, stderr)
    const { items } = JSON.parse(stdout) as { items?: unknown[] }
    return items ?? []
  }
  return {
    async get(kind, name) {
      const { code, stdout, stderr } = await run(['get', kind, name, '--ignore-not-found', '--output', 'json'])
      if (code !== 0) throw kubeError(`read ${kind} "${name}"`, stderr)
      return stdout.trim() === '' ? undefined : JSON.parse(stdout)
    },
    async find(objects) {
      if (objects.length === 0) return []
      const args = ['get', '--ignore-not-found', '--output', 'json', '--filename', '-']
      // Where one of them names another namespace, kubectl refuses to be told any.
      const wanted = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
      const { code, stdout, stderr } = await anywhere(args, wanted)
      if (code !== 0) throw kubeError(`read ${objects.map(({ kind }) => kind).join(', ')}`, stderr)
      if (stdout.trim() === '') return []
      const found = JSON.parse(stdout) as { kind?: string; items?: unknown[] }
      return found.kind === 'List' ? (found.items ?? []) : [found]
    },
    async served() {
      const { code, stdout, stderr } = await run(['api-versions'])
      if (code !== 0) throw kubeError('list the APIs that it serves', stderr)
      return stdout.trim().split('\n')
    },
    list: (...kinds) => all(kinds).catch(() => []),
    all: (...kinds) => all(kinds),
    async logs(pod, container, previous) {
      const more = previous ? ['--previous'] : []
      const { code, stdout } = await run(['logs', pod, '--container', container, '--tail', '15', ...more])
      return code === 0 ? stdout : ''
    },
    async apply(object, manager, ours) {
      const how = ['--server-side', '--force-conflicts', '--field-manager', manager, '--output', 'json']
      const args = ['apply', ...how, '--filename', '-']
      const { code, stdout, stderr } = await run(
        [...args, ...(ours ? ['--validate=false'] : [])],
        JSON.stringify(object),
      )
      if (code !== 0) throw kubeError('apply an object', stderr)
      return stdout.trim() === '' ? undefined : JSON.parse(stdout)
    },
  }
}

/** Whether the API server does not know who asks: a token or certificate that has expired. */
export const refusesCredentials = (said: string): boolean =>
  /unauthorized|must be logged in|provide credentials/i.test(said)

/** What kubectl or Helm says when the cluster refuses or does not answer, as an error that names the fix. */
export function kubeError(doing: string, stderr: string): UserError {
  const said = withoutAddresses(withoutLog(stderr)).slice(-500)
  if (isUnreachable(stderr)) {
    return new UserError('cluster-unreachable', `The cluster did not answer when asked to ${doing}: ${said}`, {
      fix: "Check that the API server runs and can be reached from the runner, and the address in the environment's secret KUBECONFIG.",
    })
  }
  if (refusesCredentials(stderr)) {
    return new UserError(
      'missing-permission',
      `The cluster does not accept the credentials in the kubeconfig: ${said}`,
      {
        fix: "Renew the credentials and put the new kubeconfig into the environment's secret KUBECONFIG.",
      },
    )
  }
  if (/forbidden/i.test(stderr)) {
    return new UserError('missing-permission', `The kubeconfig's user may not ${doing}: ${said}`, {
      fix: 'Give that user a Role (such as the ClusterRole "admin") in the namespace of the release.',
    })
  }
  return new UserError('rejected-by-cluster', `The cluster refused to ${doing}: ${said}`, {
    fix: "Read the cluster's message above; nothing was retried.",
  })
}
