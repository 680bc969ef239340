import { UserError } from '../foundation/errors.js'
import type { Workspace } from '../foundation/workspace.js'
import { isEncrypted, valuesFiles } from '../policy/cluster-values.js'
import type { Cluster, Release } from '../policy/policy.js'

export interface ValuesFiles {
  /** Absolute paths, in Helm's order. */
  paths: string[]
  /** Files (relative) that are encrypted, and that the plan's stand-ins replace. */
  encrypted: string[]
}

/**
 * The values files of a deploy: all must be there and readable.
 *
 * @throws UserError `target-missing`, naming the file.
 */
export async function filesForDeploy(release: Release, cluster: Cluster, workspace: Workspace): Promise<string[]> {
  const files = valuesFiles(release, cluster, await workspace.list())
  for (const file of files) {
    if (isEncrypted(await present(file, release, workspace), file)) {
      throw new UserError('target-missing', `${file} is still encrypted.`, {
        fix: 'Decrypt it (git-crypt unlock, or sops) in a step before this one.',
        at: { file },
      })
    }
  }
  return files.map(workspace.locate)
}

/** The values files of a plan: the policy's `plan-values` stand where the first encrypted file was. */
export async function filesForPlan(release: Release, cluster: Cluster, workspace: Workspace): Promise<ValuesFiles> {
  const all = await workspace.list()
  const standIns = valuesFiles({ values: release.planValues }, cluster, all)
  const used: string[] = []
  const encrypted: string[] = []
  for (const file of valuesFiles(release, cluster, all)) {
    if (!isEncrypted(await present(file, release, workspace), file)) {
      used.push(file)
      continue
    }
    if (encrypted.length === 0) used.push(...standIns)
    encrypted.push(file)
  }
  for (const file of standIns) await present(file, release, workspace)
  return { paths: used.map(workspace.locate), encrypted }
}

async function present(file: string, release: Release, workspace: Workspace): Promise<string> {
  const text = await workspace.read(file)
  if (text !== undefined) return text
  throw new UserError('target-missing', `The values file ${file} does not exist: releases.${release.name} names it.`, {
    fix: `Add ${file}, or correct the path in the policy. (A glob may match nothing; a plain path must exist.)`,
    at: { file },
  })
}
