import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import type { LockEntry } from '../../shared/bump/lock.js'
import type { Emulator } from '../github/types.js'
import { deployRepoFiles, type FirstVersions } from './deploy-repo.js'
import { type Files, filesBelow, startedBy } from './files.js'
import { appPermissions, apps, bots, branch, type ClusterName, clusters, registryAddress, repos } from './names.js'
import { publishBefore } from './publish.js'

interface Publishing {
  dir: string
  env: Record<string, string>
  crane: string
}

/** hub and builder with their publish workflow and the upstream example; returns what they published first. */
export async function createUpstreams(emulator: Emulator, { dir, env, crane }: Publishing): Promise<FirstVersions> {
  const bump = emulator.createApp({
    id: apps.bump,
    bot: bots.bump,
    slug: 'lockstep-bump',
    permissions: appPermissions.bump,
  })
  const example = startedBy(await filesBelow('workflows-examples/upstream-repo'), branch)
  const { PATH: _, ...variables } = env
  for (const component of ['hub', 'builder'] as const) {
    const files = { ...startedBy(await filesBelow(`rehearsal/world/${component}`), branch), ...example }
    const repo = repos[component]
    await emulator.createRepository({
      repo,
      files,
      defaultBranch: branch,
      author: 'ada',
      collaborators: { ada: 'write', bob: 'write' },
    })
    const settings = emulator.repository(repo)
    const [owner = '', name = ''] = repos.deploy.split('/')
    Object.assign(settings.variables, variables, {
      LOCKSTEP_COMPONENT: component,
      LOCKSTEP_DEPLOY_OWNER: owner,
      LOCKSTEP_DEPLOY_REPO: name,
      LOCKSTEP_BUMP_APP_ID: String(apps.bump),
      LOCKSTEP_GATE_BOT_ID: String(bots.gate),
    })
    settings.secrets['LOCKSTEP_BUMP_APP_KEY'] = bump.privateKey
  }

  const hub = await publishBefore(emulator.repository(repos.hub).gitDir, dir, env)
  const builder = await publishBefore(emulator.repository(repos.builder).gitDir, dir, env)
  const chart = await readFile(join(env['CHARTS_DIR'] ?? '', `hub-${hub}.tgz`))
  const image = await execa(crane, ['digest', '--insecure', `${registryAddress}/builder:${builder}`])
  return {
    hub: { component: 'hub', version: hub, sha256: createHash('sha256').update(chart).digest('hex') },
    builder: { component: 'builder', version: builder, sha256: image.stdout.replace('sha256:', '') },
  } satisfies Record<string, LockEntry>
}

/** The deploy repo as docs/adopting.md describes it: Apps, environments, ruleset. Returns its files. */
export async function createDeployRepo(
  emulator: Emulator,
  first: FirstVersions,
  kubeconfigs: Record<ClusterName, string>,
): Promise<Files> {
  const files = startedBy(await deployRepoFiles(first), branch)
  await emulator.createRepository({
    repo: repos.deploy,
    files,
    defaultBranch: branch,
    author: 'olga',
    collaborators: { ada: 'write', bob: 'write', olga: 'admin', otto: 'write' },
    labels: ['deploy-hold', 'deploy-freeze'],
  })
  const gate = emulator.createApp({
    id: apps.gate,
    bot: bots.gate,
    slug: 'lockstep-gate',
    permissions: appPermissions.gate,
  })
  for (const app of [apps.gate, apps.bump]) emulator.install(app, repos.deploy)
  for (const repo of [repos.hub, repos.builder]) emulator.install(apps.gate, repo)

  const settings = emulator.repository(repos.deploy)
  Object.assign(settings.variables, {
    LOCKSTEP_GATE_APP_ID: String(apps.gate),
    LOCKSTEP_BUMP_APP_ID: String(apps.bump),
    LOCKSTEP_UPSTREAM_OWNER: repos.hub.split('/')[0],
    LOCKSTEP_UPSTREAM_REPOS: [repos.hub, repos.builder].map((repo) => repo.split('/')[1]).join(','),
  })
  settings.requiredCheck = { name: 'lockstep / gate', appId: apps.gate }
  settings.pullsOnly = true
  const environment = (name: string, secrets: Record<string, string>): unknown =>
    settings.environments.set(name, { name, branches: [settings.defaultBranch], secrets, variables: {} })
  const { LOCKSTEP_BUMP_APP_KEY = '' } = emulator.repository(repos.hub).secrets
  environment('lockstep', { LOCKSTEP_GATE_APP_KEY: gate.privateKey, LOCKSTEP_BUMP_APP_KEY })
  for (const cluster of clusters) environment(cluster, { KUBECONFIG: kubeconfigs[cluster] })
  return files
}
