import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Jupyter } from '../../rehearsal/tools/jupyter.js'

export interface RealHub extends AsyncDisposable {
  url: string
  /** A service's token: may make users, and start and use their servers. */
  token: string
  /** A token for the one user `fixed`, who exists, and nothing else. */
  fixedToken: string
  /** What the hub wrote. */
  log(): string
}

/** Local processes as servers; users whose name begins with "full" find no room. */
const config = `
import os, sys
from jupyterhub.spawner import SimpleLocalProcessSpawner

class TestSpawner(SimpleLocalProcessSpawner):
    async def start(self):
        if self.user.name.startswith("full"):
            error = RuntimeError("no node has room")
            error.jupyterhub_message = "no node has room"
            raise error
        return await super().start()

port = int(os.environ["HUB_PORT"])
c.JupyterHub.bind_url = f"http://127.0.0.1:{port}/"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{port + 1}/"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{port + 2}/"
c.ConfigurableHTTPProxy.command = [os.environ["NODE"], os.environ["PROXY"]]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allowed_users = {"fixed"}
c.JupyterHub.spawner_class = TestSpawner
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.start_timeout = 60
c.Spawner.http_timeout = 60
c.JupyterHub.allow_named_servers = True
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.services = [
    {"name": "tester", "api_token": os.environ["SMOKE_TOKEN"]},
    {"name": "narrow", "api_token": os.environ["FIXED_TOKEN"]},
]
c.JupyterHub.load_roles = [
    {"name": "tester", "scopes": ["admin:users", "servers", "access:servers"], "services": ["tester"]},
    {"name": "narrow", "scopes": ["servers!user=fixed", "access:servers!user=fixed"], "services": ["narrow"]},
]
`

/** Starts a JupyterHub on loopback; returns once it answers. Ends it, its proxy and all servers when disposed of. */
export async function startRealHub(jupyter: Jupyter): Promise<RealHub> {
  const dir = await mkdtemp(join(tmpdir(), 'hub-'))
  await writeFile(join(dir, 'config.py'), config)
  const port = await freePorts()
  const tokens = { SMOKE_TOKEN: 'smoke-token-00000000000000000000', FIXED_TOKEN: 'fixed-token-00000000000000000000' }
  const hub = execa(jupyter.python, ['-m', 'jupyterhub', '--config', 'config.py'], {
    cwd: dir,
    all: true,
    reject: false,
    forceKillAfterDelay: 10_000,
    env: { ...tokens, HUB_PORT: String(port), NODE: process.execPath, PROXY: jupyter.proxy },
  })
  let log = ''
  hub.all.on('data', (data) => {
    log += String(data)
  })
  const url = `http://127.0.0.1:${port}`
  let ended = false
  void hub.then(() => {
    ended = true
  })
  while ((await fetch(`${url}/hub/api/health`).catch(() => undefined))?.status !== 200) {
    if (ended) throw new Error(`JupyterHub did not start:\n${log.slice(-3000)}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return {
    url,
    token: tokens.SMOKE_TOKEN,
    fixedToken: tokens.FIXED_TOKEN,
    log: () => log,
    async [Symbol.asyncDispose]() {
      hub.kill('SIGTERM')
      await hub
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** The first of three ports in a row that nobody listens on. */
async function freePorts(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : freePorts()
}
