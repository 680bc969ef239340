import { playCodeLane, type Stage } from './code-lane.js'
import { playFalseBump } from './false-bump.js'

/** Everyday merges, and one that only looks like a bump. */
export async function playGood(stage: Stage): Promise<void> {
  await playMerges(stage)
  await playFalseBump(stage)
}

/** One merge in each upstream: a chart's new version, and an image's. */
export async function playMerges(stage: Stage): Promise<void> {
  const { world } = stage
  await playCodeLane(stage, {
    who: world.people.ada,
    component: 'hub',
    change: {
      title: 'Say how the hub is in one more word',
      branch: 'one-more-word',
      edit: { 'image/start.sh': (text) => text.replace('{"ok": true}', '{"ok": true, "mood": "calm"}') },
    },
  })
  await playCodeLane(stage, {
    who: world.people.bob,
    component: 'builder',
    change: {
      title: 'Build on a newer base',
      branch: 'newer-base',
      edit: { 'image/recipe.txt': (text) => text.replace('busybox', 'busybox:1.37') },
    },
  })
}
