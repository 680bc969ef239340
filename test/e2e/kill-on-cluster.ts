import type { ActionName } from '../../shared/foundation/result.js'
import { type Start, type Started, startAction } from '../acceptance/start-action.js'
import type { DeploySite } from './deploy-site.js'
import type { Kill } from './killing-programs.js'

export interface KilledOnCluster {
  /** Where the action was killed. */
  kills: string[]
  /** How many different clusters that left behind; each was given a second run. */
  worlds: number
  /** What the second run left, where that is not as it should be. */
  different: { killedAt: string; end: End; log: string }[]
  /** What an undisturbed run leaves. */
  end: End
}

/** All that people, programs and later runs find, without what differs from run to run: revisions, times, names of pods. */
export interface End {
  release: unknown
  /** What the ConfigMap says, and whether it is about the newest revision. */
  verified: unknown
  /** Image and greeting of every pod that is to stay. */
  pods: string[]
  github: string
}

/** Courtesies: how often they are asked for depends on how long Helm takes. */
const progress = /^kubectl get \S+,/

/**
 * Kills an action at its first call of GitHub, Helm or kubectl, at its second and so on: before the call, after those that
 * change something, and while Helm is at work. Starts it again each time, and compares what is there then with what an
 * undisturbed run leaves.
 *
 * Two kills that leave everything the same are the same to the second run.
 *
 * @param reset brings the cluster back to how it is now.
 */
export async function killOnCluster(
  site: DeploySite,
  name: ActionName,
  start: Start,
  reset: () => Promise<void>,
): Promise<KilledOnCluster> {
  const { programs } = site
  const { github } = site.world
  const restore = await github.snapshot()
  const untouched = await everything(site)
  const already = github.requests.length
  await programs.arm()
  await startAction(name, start)
  const requests = github.requests.slice(already)
  const calls = (await programs.calls()).filter(({ words }) => !progress.test(words))
  const end = await endOf(site)

  const killed: KilledOnCluster = { kills: [], worlds: 0, different: [], end }
  const worlds = new Set<string>()
  let now = await everything(site)
  const tryKill = async (killedAt: string, run: () => Promise<Started | undefined>): Promise<void> => {
    if (now !== untouched) {
      await reset()
      await restore()
    }
    if (await run()) throw new Error(`${name} was killed at ${killedAt}, and ended with a result all the same.`)
    killed.kills.push(killedAt)
    now = await everything(site)
    if (worlds.has(now)) return
    worlds.add(now)
    await programs.arm()
    const { log } = await startAction(name, start)
    const after = await endOf(site)
    if (JSON.stringify(after) !== JSON.stringify(end)) killed.different.push({ killedAt, end: after, log })
    now = await everything(site)
  }

  for (const call of calls) {
    for (const when of moments(call.words)) {
      await tryKill(`${when} ${call.words} (${call.nth})`, async () => {
        await programs.arm({ ...call, when })
        return startAction(name, start).catch(() => undefined)
      })
    }
  }
  for (const [skip, { method, path }] of requests.entries()) {
    await tryKill(`${method} ${path}`, async () => {
      await programs.arm()
      let kill = (): void => {}
      github.faults.next({ kind: 'interrupt', skip, applied: false, act: () => kill() })
      const started = await startAction(name, start, (ends) => {
        kill = ends
      }).catch(() => undefined)
      await github.settled()
      github.faults.clear()
      return started
    })
  }
  killed.worlds = worlds.size
  return killed
}

function moments(words: string): Kill['when'][] {
  if (/^helm (upgrade|rollback)/.test(words)) return ['before', 'during', 'after']
  return /^kubectl apply/.test(words) ? ['before', 'after'] : ['before']
}

async function everything(site: DeploySite): Promise<string> {
  const read = (kind: string, path: string) => site.kubectl('get', kind, '--output', `jsonpath=${path}`)
  const maps = await read('configmaps', '{range .items[*]}{.metadata.name}{.data.verified}{.data.work}{"\\n"}{end}')
  const specs = await read('deployments', '{range .items[*]}{.spec.template}{"\\n"}{end}')
  return JSON.stringify([
    await site.helm('history', 'meta', '--output', 'json'),
    maps,
    specs,
    await endOf(site),
  ]).replace(/"updated\\?":\\?"[^"]*"/g, '')
}

async function endOf(site: DeploySite): Promise<End> {
  const history = JSON.parse(await site.helm('history', 'meta', '--output', 'json')) as Record<string, unknown>[]
  const { status, chart, revision } = history.at(-1) ?? {}
  const values = JSON.parse(await site.helm('get', 'values', 'meta', '--output', 'json'))
  const map = JSON.parse(await site.kubectl('get', 'configmap', 'lockstep-meta', '--output', 'json'))
  const { at: _, revision: verified, ...rest } = JSON.parse(map.data.verified)
  const pods = JSON.parse(await site.kubectl('get', 'pods', '--output', 'json')) as { items: Pod[] }
  return {
    release: { status, chart, values },
    verified: { ...rest, isNewest: verified === revision },
    pods: pods.items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata, spec }) => `${spec.containers[0]?.image} ${metadata.annotations?.greeting}`),
    github: await site.world.github.dump(),
  }
}

interface Pod {
  metadata: { deletionTimestamp?: string; annotations?: { greeting?: string } }
  spec: { containers: { image: string }[] }
}
