import type { Permissions } from '../github/types.js'

/** Who and what there is in the rehearsal's world. Addresses are fixed: it lives in a network of its own. */
export const repos = { hub: 'jupiter/hub', builder: 'jupiter/builder', deploy: 'jupiter/deploy' } as const

export const apps = { gate: 1001, bump: 1002 } as const

/** User ids of their bots. */
export const bots = { gate: 90001001, bump: 90001002 } as const

/** What docs/adopting.md gives to the two Apps; a job's token then asks for less. */
export const appPermissions: Record<keyof typeof apps, Permissions> = {
  gate: {
    checks: 'write',
    contents: 'write',
    deployments: 'write',
    issues: 'write',
    members: 'read',
    pull_requests: 'write',
    statuses: 'write',
  },
  bump: { contents: 'write', deployments: 'read', issues: 'write', pull_requests: 'write' },
}

/** The default branch of all repositories: everything plays the same on any other. */
export const branch: string = 'main'

/** In wave order. */
export const clusters = ['staging', 'amsterdam', 'berlin', 'chicago'] as const
export type ClusterName = (typeof clusters)[number]

export const release = 'service'

export const hostOf = (cluster: ClusterName): string => `${cluster}.hub.test`

/** What /etc/hosts of the world says: every cluster's public name leads to the ingress. */
export const hosts: Record<string, string> = {
  ...Object.fromEntries(clusters.map((cluster) => [hostOf(cluster), '127.0.0.1'])),
}

export const registryAddress = '127.0.0.1:5000'
export const chartsPort = 8080
export const chartsUrl = `http://127.0.0.1:${chartsPort}`
