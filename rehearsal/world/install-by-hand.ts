import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import type { Files } from './files.js'
import { type ClusterName, release } from './names.js'

/** Deploys the first version as people do before they have Lockstep: a checkout, and Helm by hand. */
export async function installByHand(
  files: Files,
  kubeconfigs: Record<ClusterName, string>,
  dir: string,
  env: Record<string, string>,
): Promise<void> {
  const checkout = await mkdtemp(join(dir, 'by-hand-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(checkout, path)), { recursive: true })
    await writeFile(join(checkout, path), text)
  }
  await execa('helm', ['dependency', 'update', 'service'], { cwd: checkout, env })
  await Promise.all(
    Object.entries(kubeconfigs).map(async ([cluster, kubeconfig]) => {
      const file = join(checkout, `${cluster}.kubeconfig`)
      await writeFile(file, kubeconfig, { mode: 0o600 })
      const values = ['--values', `config/${cluster}.yaml`]
      await execa('helm', ['install', release, 'service', '--namespace', cluster, ...values, '--wait'], {
        cwd: checkout,
        env: { ...env, KUBECONFIG: file },
      })
    }),
  )
  await rm(checkout, { recursive: true })
}
