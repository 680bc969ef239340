/**
 * `node build/rehearsal/inside.js -- node build/scripts/screenshot.js` plays the rehearsal and takes docs/rehearsal.png of
 * its page at the end, with Chromium (Debian: apt-get install chromium). Inside, because the page is on loopback there.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { startCluster } from '../rehearsal/cluster/cluster.js'
import { startInstallation } from '../rehearsal/fixtures/installation.js'
import { clusterHosts } from '../rehearsal/fixtures/names.js'
import { nameHosts } from '../rehearsal/isolate/inside.js'
import { projectRoot } from '../rehearsal/root.js'
import { playAdoption } from '../rehearsal/scenarios/adopt.js'
import { newExpectations } from '../rehearsal/scenarios/expectations.js'
import { playMerges } from '../rehearsal/scenarios/good.js'
import { startTimeline } from '../rehearsal/scenarios/timeline.js'
import { cacheDir } from '../rehearsal/tools/cache.js'
import { provideTools } from '../rehearsal/tools/tools.js'

await nameHosts(clusterHosts)
const dir = await mkdtemp(join(cacheDir(), 'screenshot-'))
const tools = await provideTools(() => {})
const timeline = startTimeline(process.stdout)
const tell = (what: string): void => timeline.tell({ who: 'world', what })
try {
  await using cluster = await startCluster({ dir: join(dir, 'cluster'), tools, log: tell })
  await using installation = await startInstallation({ dir, tools, cluster, tell, onRun: () => {} })
  const scene = { installation, timeline, expectations: newExpectations(), runs: new Map() }
  await playAdoption(scene)
  await playMerges(scene)
  await installation.runner.idle()
  await takePicture(`${installation.emulator.url}/_/jupiter/deploy`, join(projectRoot, 'docs/rehearsal.png'))
  // Any arguments: more pictures, of other pages and widths, as `path width height file`.
  const [, , path, width = '420', height = '900', file = 'phone.png'] = process.argv
  if (path) await takePicture(`${installation.emulator.url}${path}`, file, `${width},${height}`)
} finally {
  timeline.end()
  await rm(dir, { recursive: true, force: true })
}

async function takePicture(url: string, file: string, size = '1180,800'): Promise<void> {
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update']
  const more = ['--disable-sync', '--disable-gpu', '--no-sandbox', `--user-data-dir=${join(dir, 'chromium')}`]
  const shot = ['--hide-scrollbars', `--window-size=${size}`, `--screenshot=${file}`, url]
  await execa('chromium', ['--headless', ...quiet, ...more, ...shot], { timeout: 60_000 })
}
