import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Report } from './progress.js'
import { provideTool } from './provide.js'

/** A real JupyterHub, to be started by tests. Absolute paths. */
export interface Jupyter {
  /** A Python that has jupyterhub, jupyter_server and ipykernel. */
  python: string
  /** A Node script: the hub's proxy. */
  proxy: string
}

const hub = '6.1.1'
const packages = [`jupyterhub==${hub}`, 'jupyter-server==2.21.1', 'ipykernel==7.4.0']
const proxy = 'configurable-http-proxy@5.3.0'

const folder = `jupyterhub-${hub}-1`

/** What an earlier `provideJupyter` installed; undefined where there was none. */
export function cachedJupyter(root: string): Jupyter | undefined {
  return existsSync(join(root, folder)) ? programsIn(join(root, folder)) : undefined
}

/** Installs it into the cache where it is not there. About 30 s and 200 MB, once; needs Python with venv, and npm. */
export async function provideJupyter(root: string, report: Report): Promise<Jupyter> {
  const tool = 'jupyterhub'
  const dir = await provideTool(root, tool, folder, report, async (into) => {
    const python = join(into, 'python')
    report({ tool, doing: 'installing from PyPI' })
    await execa('python3', ['-m', 'venv', python])
    // By its module: the folder is renamed afterwards, and scripts hold its name.
    await execa(join(python, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--no-compile', ...packages])
    report({ tool, doing: 'installing its proxy from npm' })
    await execa('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', join(into, 'proxy'), proxy])
  })
  return programsIn(dir)
}

const programsIn = (dir: string): Jupyter => ({
  python: join(dir, 'python/bin/python'),
  proxy: join(dir, 'proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy'),
})
