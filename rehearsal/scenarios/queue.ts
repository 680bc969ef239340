import { repoRef } from '../../shared/github/client.js'
import type { Installation } from '../fixtures/installation.js'
import { repoNames } from '../fixtures/names.js'
import type { RehearsalUser } from '../fixtures/users.js'
import type { Scene, SceneMerge } from './scene.js'
import { waitUntil } from './until.js'

const context = 'lockstep / queue'

interface Said {
  /** `state: description` */
  text: string
  /** ISO 8601 */
  at: string
}

/** The deploy queue's status of an open pull request, once it matches; undefined where it does not in time. */
async function queueSays(
  { installation }: Scene,
  repo: string,
  number: number,
  wanted: RegExp,
): Promise<Said | undefined> {
  const { rest } = installation.people.olga.github
  const { data: pull } = await rest.pulls.get({ ...repoRef(repo), pull_number: number })
  const ask = async (): Promise<Said | undefined> => {
    const { data } = await rest.repos.listCommitStatusesForRef({ ...repoRef(repo), ref: pull.head.sha })
    const own = data.find((status) => status.context === context)
    const text = `${own?.state}: ${own?.description}`
    return own && wanted.test(text) ? { text, at: own.created_at } : undefined
  }
  return waitUntil('the deploy queue', 90, ask).catch(() => undefined)
}

/** What docs/adopting.md says to do once every cluster is adopted: while it is so, nobody merges upstream without the deploy queue. */
export function requireQueue(
  { installation }: { installation: Pick<Installation, 'emulator'> },
  required: boolean,
): void {
  for (const repo of [repoNames.hub, repoNames.builder]) {
    const settings = installation.emulator.repository(repo)
    if (required) settings.requiredCheck = { name: context }
    else delete settings.requiredCheck
  }
}

/** Merges a pull request upstream; where the deploy queue is required, as soon as that is green for it. */
export async function mergeWhenClear(scene: Scene, who: RehearsalUser, repo: string, number: number): Promise<void> {
  if (scene.installation.emulator.repository(repo).requiredCheck) {
    scene.timeline.waitFor('the deploy queue')
    const said = await queueSays(scene, repo, number, /^success: /)
    if (!said) throw new Error(`the deploy queue is not green for #${number} of ${repo}`)
  }
  await who.merge(repo, number)
}

/** A pull request beside another one: it may be merged before that, may not while that is undeployed, and may again. */
export interface Waiting {
  /** To be called when the other one is verified. */
  expectClear(): Promise<void>
}

/** Opens a pull request of `merge`, which waits while `first` sees another change of the same component through. */
export async function waitBehind(
  scene: Scene,
  first: RehearsalUser,
  { who, component, change }: SceneMerge,
): Promise<Waiting> {
  const { timeline, expectations } = scene
  const repo = repoNames[component]
  timeline.tell({ who: '', what: `${who.login} opens a pull request for the ${component}, too`, mood: 'chapter' })
  const number = await who.propose(repo, change)
  const clear = await queueSays(scene, repo, number, /^success: Clear/)
  expectations.expect(
    `the deploy queue is clear: ${who.login} may merge #${number} of the ${component}`,
    clear !== undefined,
  )
  const red = queueSays(scene, repo, number, new RegExp(`^failure: #\\d+ by ${first.login},`))
  const past = red.then(
    (said) =>
      said &&
      who.merge(repo, number).then(
        () => true,
        () => false,
      ),
  )
  return {
    async expectClear() {
      const waited = await red
      if (waited) timeline.tell({ who: 'queue', what: waited.text })
      expectations.expect(
        `meanwhile the queue is red for ${who.login} and names ${first.login}; GitHub refuses the merge`,
        waited !== undefined && (await past) === false,
      )
      const green = await queueSays(scene, repo, number, /^success: Clear/)
      const took = green && seconds(await lastVerified(scene), green.at)
      expectations.expect(`it is green again ${took ?? '?'} s after the last cluster is verified`, green !== undefined)
    },
  }
}

const seconds = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 1000)

/** When the last cluster was verified. */
async function lastVerified({ installation }: Scene): Promise<string> {
  const { rest } = installation.people.olga.github
  const { data } = await rest.repos.listDeployments({ ...repoRef(repoNames.deploy), task: 'deploy', per_page: 1 })
  const newest = { ...repoRef(repoNames.deploy), deployment_id: data[0]?.id ?? 0 }
  return (await rest.repos.listDeploymentStatuses(newest)).data[0]?.created_at ?? ''
}

/** Whoever is on duty was told what to do, and upstream that the change is deployed: by one comment each. */
export async function expectTold(scene: Scene, merge: SceneMerge, bump: number): Promise<void> {
  const { installation, expectations } = scene
  const { who, component } = merge
  const { rest } = installation.people.olga.github
  const { data: here } = await rest.issues.listComments({ ...repoRef(repoNames.deploy), issue_number: bump })
  const greetings = here.filter(({ body }) => body?.startsWith(`<!-- lockstep:duty greet-${who.login} -->`))
  expectations.expect(`#${bump} greets ${who.login} once, with what to do`, greetings.length === 1)

  const repo = repoRef(repoNames[component])
  const { data: pulls } = await rest.pulls.list({ ...repo, state: 'closed', sort: 'updated', direction: 'desc' })
  const pull = pulls.find(({ title }) => title === merge.change.title)
  const told = await waitUntil('the comment upstream', 60, async () => {
    const { data } = await rest.issues.listComments({ ...repo, issue_number: pull?.number ?? 0 })
    return data.filter(({ body }) => body?.includes('Deployed to all clusters, and verified'))[0]
  }).catch(() => undefined)
  expectations.expect(
    `a comment under #${pull?.number} of the ${component} says that it is deployed`,
    told !== undefined,
  )
}
