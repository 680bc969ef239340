import type { PolicySpot } from './problems.js'
import { showTarget } from './target.js'
import { allWaves, type Policy } from './types.js'

/** A mistake that only the whole policy shows. */
export interface Mistake {
  message: string
  fix: string
  spot: PolicySpot
}

/** Mistakes across entries: wave order, names that are equal or too long, clusters without the host that a check needs. */
export function policyMistakes(policy: Policy): Mistake[] {
  return [
    ...appNumbers(policy),
    ...waveOrder(policy),
    ...releaseNames(policy),
    ...sameTargets(policy),
    ...hosts(policy),
    ...laneTimes(policy),
  ]
}

/** Two Apps and two bots have four numbers. The App ID is easily confused with its bot's user id. */
function appNumbers({ apps: { gate, bump } }: Policy): Mistake[] {
  const fix = `Get "id" from the App's settings page, and "bot" from "gh api '/users/SLUG[bot]' --jq .id" or the doctor.`
  const alone = (['gate', 'bump'] as const).flatMap((name) =>
    ({ gate, bump })[name].bot === { gate, bump }[name].id
      ? [
          {
            message: `apps.${name}.bot is the App ID, not the user id of the App's bot.`,
            fix,
            spot: { path: ['apps', name, 'bot'], part: 'value' as const },
          },
        ]
      : [],
  )
  const same = (['id', 'bot'] as const).flatMap((key) =>
    gate[key] === bump[key]
      ? [
          {
            message: `apps.gate.${key} and apps.bump.${key} are the same number, but "gate" and "bump" must be two Apps.`,
            fix,
            spot: { path: ['apps', 'bump', key], part: 'value' as const },
          },
        ]
      : [],
  )
  return [...alone, ...same]
}

function waveOrder({ clusters }: Policy): Mistake[] {
  return clusters.flatMap(({ name, wave: role }, index) => {
    const later = clusters.slice(0, index).find((before) => allWaves.indexOf(before.wave) > allWaves.indexOf(role))
    if (!later) return []
    return {
      message: `clusters.${name} (${role}) is listed after ${later.name} (${later.wave}); list the clusters in wave order.`,
      fix: `Move it before ${later.name}. The order is ${allWaves.join(', ')}.`,
      spot: { path: ['clusters', name], part: 'key' },
    }
  })
}

function releaseNames({ releases, clusters }: Policy): Mistake[] {
  const seen = new Map<string, string>()
  return releases.flatMap((release) =>
    clusters.flatMap((cluster) => {
      const inCluster = (text: string): string => text.replaceAll('{cluster}', cluster.name)
      const name = inCluster(release.releaseName)
      const spot: PolicySpot = { path: ['releases', release.name], part: 'key' }
      if (name.length > 53 || inCluster(release.namespace).length > 63) {
        const message = `releases.${release.name} is named ${name} on ${cluster.name}: Helm allows 53 characters for a name, Kubernetes 63 for a namespace.`
        return [{ message, fix: 'Shorten "name" or "namespace".', spot }]
      }
      const key = `${cluster.name} ${inCluster(release.namespace)}/${name}`
      const other = seen.get(key)
      seen.set(key, release.name)
      if (other === undefined) return []
      const message = `releases.${release.name} is the same release as ${other}: ${name} on ${cluster.name}.`
      return [{ message, fix: 'Give each release its own "name" or "namespace".', spot }]
    }),
  )
}

function sameTargets({ components }: Policy): Mistake[] {
  const all = components.flatMap(({ name, targets }) =>
    targets.map((target) => ({ name, kind: target.kind, text: showTarget(target) })),
  )
  return all.flatMap(({ name, kind, text }, index) => {
    const other = all.slice(0, index).find((before) => before.text === text)
    if (!other) return []
    const message =
      other.name === name
        ? `components.${name} lists the same target twice: ${text}.`
        : `components.${name} has the same target as ${other.name}: ${text}.`
    return { message, fix: 'Remove one of them.', spot: { path: ['components', name, kind], part: 'value' } }
  })
}

/** If a check or a `version-endpoint` uses {host}, every cluster needs a host. */
function hosts({ clusters, smokeTests, components }: Policy): Mistake[] {
  const users: PolicySpot['path'][] = [
    ...smokeTests.flatMap((check, index) => (JSON.stringify(check).includes('{host}') ? [['smoke-tests', index]] : [])),
    ...components.flatMap(({ name, versionEndpoint }) =>
      versionEndpoint && /^\/|\{host\}/.test(versionEndpoint.url) ? [['components', name, 'version-endpoint']] : [],
    ),
  ]
  const [user] = users
  if (!user) return []
  return clusters.flatMap(({ name, host }) => {
    if (host) return []
    const message = `clusters.${name} has no host, but ${user.join('.')} needs one.`
    const fix = 'Add "host: path.in.the.values" at the top level, or "host: its.host.name" to this cluster.'
    return { message, fix, spot: { path: ['clusters', name], part: 'key' } }
  })
}

function laneTimes({ deployQueue }: Policy): Mistake[] {
  if (deployQueue.escalate >= deployQueue.remind) return []
  const message =
    'deploy-queue.escalate is shorter than deploy-queue.remind: the operators would be notified before the person on duty.'
  return [
    {
      message,
      fix: 'Make "escalate" longer than "remind".',
      spot: { path: ['deploy-queue', 'escalate'], part: 'value' },
    },
  ]
}
