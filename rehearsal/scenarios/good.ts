import { playCodeChange } from './code-change.js'
import { playDoctor } from './doctor.js'
import { playFalseBump } from './false-bump.js'
import { expectTold, requireQueue, waitBehind } from './queue.js'
import type { Scene, SceneMerge } from './scene.js'

/** The doctor, everyday merges, and a pull request that looks like a bump and is none. */
export async function playGood(scene: Scene): Promise<void> {
  requireQueue(scene, true)
  await playDoctor(scene)
  await playMerges(scene)
  // The other scenarios play what happens where it is not required.
  requireQueue(scene, false)
  await playFalseBump(scene)
}

/** One merge in each upstream: a chart's new version, and an image's. */
export async function playMerges(scene: Scene): Promise<void> {
  const { ada, bob } = scene.installation.people
  const second = await waitBehind(scene, ada, {
    who: bob,
    component: 'hub',
    change: {
      title: 'Say what the values are for',
      branch: 'say-what-for',
      edit: { 'helm-chart/hub/values.yaml': (text) => `${text}# Everybody may set these.\n` },
    },
  })
  const first: SceneMerge = {
    who: ada,
    component: 'hub',
    change: {
      title: 'Say how the hub is in one more word',
      branch: 'one-more-word',
      edit: { 'image/start.sh': (text) => text.replace('{"ok": true}', '{"ok": true, "mood": "calm"}') },
    },
  }
  const bump = await playCodeChange(scene, first)
  await second.expectClear()
  await expectTold(scene, first, bump)
  await playCodeChange(scene, {
    who: bob,
    component: 'builder',
    change: {
      title: 'Build on a newer base',
      branch: 'newer-base',
      edit: { 'image/recipe.txt': (text) => text.replace('busybox', 'busybox:1.37') },
    },
  })
}
