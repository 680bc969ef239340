import { playCodeChange } from './code-change.js'
import { playDoctor } from './doctor.js'
import { playFalseBump } from './false-bump.js'
import { expectTold, requireQueue, waitBehind } from './queue.js'
import type { Scene, SceneMerge } from './scene.js'

/** The doctor, everyday merges, and a pull request that looks like a bump and is none. */
export async function playGood(stage: Scene): Promise<void> {
  requireQueue(stage, true)
  await playDoctor(stage)
  await playMerges(stage)
  // The other scenarios play what happens where it is not required.
  requireQueue(stage, false)
  await playFalseBump(stage)
}

/** One merge in each upstream: a chart's new version, and an image's. */
export async function playMerges(stage: Scene): Promise<void> {
  const { ada, bob } = stage.world.people
  const second = await waitBehind(stage, ada, {
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
  const bump = await playCodeChange(stage, first)
  await second.expectClear()
  await expectTold(stage, first, bump)
  await playCodeChange(stage, {
    who: bob,
    component: 'builder',
    change: {
      title: 'Build on a newer base',
      branch: 'newer-base',
      edit: { 'image/recipe.txt': (text) => text.replace('busybox', 'busybox:1.37') },
    },
  })
}
