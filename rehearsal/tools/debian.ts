import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { UserError } from '../../shared/foundation/errors.js'
import { onPath } from './find.js'

/**
 * Unpacks Debian packages into `dir` without installing them: neither the machine's own packages nor a Docker that
 * uses them are touched.
 *
 * @throws UserError when this machine has no apt, or apt does not know a package.
 */
export async function unpackDebian(packages: string[], dir: string, doing: (text: string) => void): Promise<void> {
  if (!(await onPath('apt-get')) || !(await onPath('dpkg-deb'))) throw missing(packages, 'this machine has no apt')

  const download = join(dir, 'download')
  await mkdir(download)
  doing(`downloading ${packages.join(', ')}`)
  await aptDownload(packages, download, doing)
  for (const file of await readdir(download)) {
    if (file.endsWith('.deb')) await execa('dpkg-deb', ['--extract', join(download, file), dir])
  }
  await rm(download, { recursive: true })
}

/** With the machine's own package lists; where they are empty or old, with fresh ones that only we see. */
async function aptDownload(packages: string[], cwd: string, doing: (text: string) => void): Promise<void> {
  const first = await execa('apt-get', ['download', ...packages], { cwd, reject: false })
  if (!first.failed) return

  doing('updating package lists')
  const lists = join(cwd, 'lists')
  await mkdir(join(lists, 'partial'), { recursive: true })
  const own = ['-o', `Dir::State::lists=${lists}`, '-o', 'Dir::Cache::pkgcache=', '-o', 'Dir::Cache::srcpkgcache=']
  await execa('apt-get', [...own, 'update'], { cwd, reject: false })
  const second = await execa('apt-get', [...own, 'download', ...packages], { cwd, reject: false })
  if (second.failed) throw missing(packages, `apt cannot download them (${second.stderr.trim().split('\n').at(-1)})`)
}

const missing = (packages: string[], why: string): UserError =>
  new UserError('tool-missing', `The rehearsal's cluster needs programs that are not here, and ${why}.`, {
    fix: `Install ${packages.join(', ')} (Debian's names), so that containerd, containerd-shim-runc-v2, ctr, runc and a static busybox are on PATH and the CNI plugins in /usr/lib/cni or /opt/cni/bin.`,
  })
