import { repoRef } from '../../shared/github/client.js'
import { clusterNames, repoNames } from '../fixtures/names.js'
import type { CodeChange } from '../fixtures/users.js'
import { expectAgreement, mergeAndVerify } from './code-change.js'
import { mergeWhenClear } from './queue.js'
import type { Scene } from './scene.js'
import { type BumpSeen, bumpBy, deployOf, gateSays, mergeUpstream } from './steps.js'
import { waitUntil } from './until.js'

const deploy = repoRef(repoNames.deploy)
const hub = repoRef(repoNames.hub)
const gateBot = 'lockstep-gate[bot]'

const start = 'exec /bin/busybox httpd'
const crash = `echo "cannot read the licence" >&2\nexit 1\n${start}`
const unwell = '[ -z "$CACHE" ] || /bin/busybox rm /www/health # the cache knows better\n'

/** A change of the hub's start script. */
const change = (title: string, branch: string, edit: (text: string) => string): CodeChange => ({
  title,
  branch,
  edit: { 'image/start.sh': edit },
})

/** An image that crashes: staging fails, and nothing else is touched. */
export async function playCrash(scene: Scene): Promise<void> {
  const { ada } = scene.installation.people
  scene.timeline.tell({ who: '', what: 'ada merges an image that crashes', mood: 'chapter' })
  const broken = change('Read the licence first', 'licence', (text) => text.replace(start, crash))
  const bump = await mergeUpstream(scene, { who: ada, component: 'hub', change: broken })
  await mergeAndFail(scene, bump, 'staging')
  await playUpstreamRevert(
    scene,
    bump.upstream,
    change('Revert "Read the licence first"', 'no-licence', (text) => text.replace(crash, start)),
  )
}

/** Pods that are ready and a service that is not well, and only where a cluster has a cache: the second wave. */
export async function playUnwell(scene: Scene): Promise<void> {
  const { ada } = scene.installation.people
  scene.timeline.tell({ who: '', what: 'ada merges a change whose pods are ready but do not serve', mood: 'chapter' })
  const broken = change('Ask the cache', 'ask-the-cache', (text) => text.replace(start, `${unwell}${start}`))
  const bump = await mergeUpstream(scene, { who: ada, component: 'hub', change: broken })
  await mergeAndFail(scene, bump, 'amsterdam')
  await playFix(
    scene,
    bump.upstream,
    change('Leave the cache alone', 'no-cache', (text) => text.replace(unwell, ': # the cache is asked elsewhere\n')),
  )
}

/** Two merges in a row, and the first fails: the second is not deployed on top of it. */
export async function playQueued(scene: Scene): Promise<void> {
  const { timeline, expectations } = scene
  const { ada, bob } = scene.installation.people
  timeline.tell({ who: '', what: 'ada and bob merge at the same time, and the first deploy fails', mood: 'chapter' })
  const broken = change('Ask the cache again', 'ask-again', (text) => text.replace(start, `${unwell}${start}`))
  const first = await mergeUpstream(scene, { who: ada, component: 'hub', change: broken })
  const second = await mergeUpstream(scene, {
    who: bob,
    component: 'builder',
    change: {
      title: 'Build on the newest base',
      branch: 'newest-base',
      edit: { 'image/recipe.txt': (text) => `${text}# newest\n` },
    },
  })
  for (const { head } of [first, second]) await gateSays(scene, head)
  await ada.merge(repoNames.deploy, first.number)
  await bob.merge(repoNames.deploy, second.number)
  await expectWayBack(scene, first, 'amsterdam')

  const run = await deployOf(scene, second.number)
  expectations.expect(
    `#${second.number}, merged meanwhile, is refused: its version is blocked`,
    run.conclusion === 'failure' && logOf(scene.runs, run.id).includes('A version is blocked'),
  )
  await playUpstreamRevert(
    scene,
    first.upstream,
    change('Revert "Ask the cache again"', 'no-cache-again', (text) => text.replace(unwell, '')),
  )
}

/** Taken back upstream: what is deployed is what upstream has, so there is nothing to deploy. */
async function playUpstreamRevert(scene: Scene, broken: number, back: CodeChange): Promise<void> {
  const { installation, timeline } = scene
  const { ada } = installation.people
  timeline.tell({
    who: '',
    what: 'ada reverts it upstream, and olga closes the issue about the blocked version',
    mood: 'chapter',
  })
  // As GitHub's Revert button writes it: so the deploy queue knows that this is the fix.
  const number = await ada.propose(repoNames.hub, { ...back, body: `Reverts ${repoNames.hub}#${broken}` })
  await mergeWhenClear(scene, ada, repoNames.hub, number)
  await closeHolds(scene)
  timeline.waitFor('all workflow runs to end')
  await installation.runner.idle()
  await expectAgreement(scene)
}

async function mergeAndFail(scene: Scene, bump: BumpSeen, failsOn: string): Promise<void> {
  await gateSays(scene, bump.head)
  await scene.installation.people.ada.merge(repoNames.deploy, bump.number)
  await expectWayBack(scene, bump, failsOn)
}

/** A deploy that fails on one cluster: every cluster is rolled back, main is reverted, and everybody is told. */
async function expectWayBack(scene: Scene, bump: BumpSeen, failsOn: string): Promise<void> {
  const { installation, timeline, expectations } = scene
  const { olga } = installation.people
  timeline.waitFor(`the deploy to fail on ${failsOn}, and the rollback`)
  const run = await deployOf(scene, bump.number)
  const { data: merged } = await olga.github.rest.pulls.get({ ...deploy, pull_number: bump.number })
  const failures = await failuresOf(scene, merged.merge_commit_sha ?? '')
  expectations.expect(
    `#${bump.number} fails on ${failsOn}, and the run is red`,
    run.conclusion === 'failure' && failures.includes(failsOn),
  )
  const untouched = clusterNames.slice(clusterNames.map(String).indexOf(failsOn) + 1)
  expectations.expect(
    `${untouched.join(', ')} were not touched`,
    untouched.every((cluster) => !failures.includes(cluster)),
  )

  const { data: holds } = await olga.github.rest.issues.listForRepo({ ...deploy, labels: 'deploy-blocked-version' })
  expectations.expect(
    'the gate App blocks the bad version by an issue',
    holds.length === 1 && holds[0]?.user?.login === gateBot,
  )
  const { data: told } = await olga.github.rest.issues.listForRepo({ ...hub, labels: 'deploy-blocked-version' })
  const issue = told.find(({ body }) => body?.includes(failsOn))
  expectations.expect(
    'an issue upstream says what failed and how to revert it',
    issue?.body?.includes('git revert') === true,
  )

  const { data: pulls } = await olga.github.rest.pulls.list({ ...deploy, state: 'closed' })
  const revert = pulls.find(({ head }) => head.ref === `lockstep/revert/${merged.merge_commit_sha?.slice(0, 7)}`)
  expectations.expect('one pull request reverts main, and the gate App merges it', revert?.merged_at != null)
  if (!revert) throw new Error(`no pull request reverts #${bump.number}`)
  const check = await gateSays(scene, revert.head.sha)
  expectations.expect(`the gate verifies that #${revert.number} is a pure revert`, check.title === 'Pure revert')
  timeline.waitFor('the deploy of the revert')
  const again = await deployOf(scene, revert.number)
  expectations.expect(`#${revert.number} is verified on every cluster`, again.conclusion === 'success')
  await expectAgreement(scene)
}

async function failuresOf({ installation }: Scene, sha: string): Promise<string[]> {
  const { github } = installation.people.olga
  const { data } = await github.rest.repos.listDeployments({ ...deploy, sha })
  const states = await Promise.all(
    data.map(async ({ id, environment }) => {
      const { data: statuses } = await github.rest.repos.listDeploymentStatuses({ ...deploy, deployment_id: id })
      return statuses.some(({ state }) => state === 'failure') ? [environment] : []
    }),
  )
  return states.flat()
}

/** The fix contains what is held, so an operator has to say that it is one. */
async function playFix(scene: Scene, broken: number, fix: CodeChange): Promise<void> {
  const { installation, timeline, expectations } = scene
  const { ada } = installation.people
  timeline.tell({
    who: '',
    what: 'ada fixes it upstream, and olga closes the issue about the blocked version',
    mood: 'chapter',
  })
  const number = await ada.propose(repoNames.hub, { ...fix, body: `Fixes #${broken}` })
  await mergeWhenClear(scene, ada, repoNames.hub, number)
  const log = await logOfBump(scene, number)
  expectations.expect('the fix is not proposed while the blocked version is open', log.includes('is blocked by #'))

  await closeHolds(scene)
  const bump = await bumpBy(scene, ada, 'hub')
  const check = await gateSays(scene, bump.head)
  expectations.expect(`then the gate passes #${bump.number}`, check.conclusion === 'success')
  await mergeAndVerify(scene, ada, bump.number)
}

/** What open-bump-pr said upstream about a merge. */
async function logOfBump({ installation, runs }: Scene, number: number): Promise<string> {
  const { github } = installation.people.olga
  const { data: merged } = await github.rest.pulls.get({ ...hub, pull_number: number })
  return waitUntil('open-bump-pr', 60, async () => {
    const { data } = await github.rest.actions.listWorkflowRuns({ ...hub, workflow_id: 'open-bump-pr.yml' })
    const run = data.workflow_runs.find(
      ({ head_sha, status }) => head_sha === merged.merge_commit_sha && status === 'completed',
    )
    return run && logOf(runs, run.id)
  })
}

const logOf = (runs: Scene['runs'], id: number): string => {
  const jobs = runs.get(id)?.jobs ?? []
  return jobs.map(({ log }) => log).join('\n')
}

async function closeHolds({ installation, timeline }: Scene): Promise<void> {
  const { github } = installation.people.olga
  const { data: holds } = await github.rest.issues.listForRepo({ ...deploy, labels: 'deploy-blocked-version' })
  for (const { number } of holds) {
    await github.rest.issues.update({ ...deploy, issue_number: number, state: 'closed' })
    timeline.tell({ who: 'olga', what: `closes issue #${number}: the version is not blocked any more` })
  }
}
