/**
 * kind as the rehearsal's cluster, where Docker runs. Exercised only on GitHub's runners (.github/workflows/ci.yml): a
 * unit test holds the commands and the decision, nothing more.
 *
 * The rehearsal then runs *in the network of kind's node*. So containerd there finds the registry at 127.0.0.1:5000 and
 * speaks plain HTTP to it, as with our own node; pods' addresses are the node's neighbours; the API server is at
 * 127.0.0.1, which its certificate names. No registry container, no hosts.toml, no route, nothing that listens where
 * others could connect. The price: the node's processes must be this machine's, so Docker Desktop's machine will not do.
 */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { parse, stringify } from 'yaml'
import { UserError } from '../../shared/foundation/errors.js'

const name = 'lockstep-rehearsal'

/** Programs with their arguments, none of which holds a secret. */
export const kindCommands = {
  // The client answers without an engine: ask the server.
  dockerServer: ['docker', 'version', '--format', '{{.Server.Version}}'],
  kindVersion: ['kind', 'version'],
  // A kubeconfig of its own, or kind would change the user's.
  create: (kubeconfig: string) => [
    'kind',
    'create',
    'cluster',
    '--name',
    name,
    '--kubeconfig',
    kubeconfig,
    '--wait',
    '120s',
  ],
  process: ['docker', 'inspect', '--format', '{{.State.Pid}}', `${name}-control-plane`],
  kubeconfig: ['kind', 'get', 'kubeconfig', '--name', name],
  remove: (kubeconfig: string) => ['kind', 'delete', 'cluster', '--name', name, '--kubeconfig', kubeconfig],
} as const

export interface KindFacts {
  /** Versions, or undefined where there was no answer. */
  dockerServer: string | undefined
  kind: string | undefined
}

export async function kindFacts(): Promise<KindFacts> {
  const [dockerServer, kind] = await Promise.all([answer(kindCommands.dockerServer), answer(kindCommands.kindVersion)])
  return { dockerServer, kind }
}

/** What stands against kind here; undefined: nothing. */
export function whyNotKind({ dockerServer, kind }: KindFacts): { message: string; fix: string } | undefined {
  const without = 'Without "--cluster kind" the rehearsal starts a cluster of its own.'
  if (dockerServer === undefined)
    return { message: 'No Docker engine answers.', fix: `Start it; "docker version" must show a server. ${without}` }
  if (kind === undefined)
    return { message: 'kind is not on PATH.', fix: `Install it: https://kind.sigs.k8s.io. ${without}` }
  return undefined
}

export interface KindCluster extends AsyncDisposable {
  /** Path of an administrator's kubeconfig, for who is in the node's network. */
  kubeconfig: string
  /** A process of the node, whose network is the node's. */
  process: number
}

/** @throws UserError where kind cannot be used here. */
export async function startKind(dir: string): Promise<KindCluster> {
  const reason = whyNotKind(await kindFacts())
  if (reason) throw new UserError('cluster-unreachable', reason.message, { fix: reason.fix })

  const outside = join(dir, 'kubeconfig-outside')
  const remove = async (): Promise<void> => void (await run(kindCommands.remove(outside)))
  // Of a run that was killed before it could do it itself.
  await remove()
  try {
    await run(kindCommands.create(outside))
    const process = Number(await run(kindCommands.process))
    if (!(process > 0 && existsSync(`/proc/${process}/ns/net`))) {
      throw new UserError('cluster-unreachable', "The processes of kind's node are not on this machine.", {
        fix: 'Use a Docker engine of this Linux machine itself, not one in a virtual machine.',
      })
    }
    const kubeconfig = join(dir, 'kubeconfig')
    await writeFile(kubeconfig, kubeconfigInside(await run(kindCommands.kubeconfig)), { mode: 0o600 })
    return { kubeconfig, process, [Symbol.asyncDispose]: remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** kind's own names the port that Docker forwards on the machine; in the node's network it is the API server's. */
export function kubeconfigInside(text: string): string {
  const config = parse(text) as { clusters: { cluster: { server: string } }[] }
  for (const { cluster } of config.clusters) cluster.server = 'https://127.0.0.1:6443'
  return stringify(config)
}

async function run([program = '', ...args]: readonly string[]): Promise<string> {
  return (await execa(program, args, { stderr: 'inherit' })).stdout
}

async function answer([program = '', ...args]: readonly string[]): Promise<string | undefined> {
  const { failed, stdout } = await execa(program, args, { reject: false, timeout: 20_000 })
  return failed || stdout.trim() === '' ? undefined : stdout.trim()
}
