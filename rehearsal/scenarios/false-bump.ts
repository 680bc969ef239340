import { repoRef } from '../../shared/github/client.js'
import { repoNames } from '../fixtures/names.js'
import type { Scene } from './scene.js'
import { waitUntil } from './until.js'

/** A pull request that calls itself a bump and changes a value as well: the gate says so, and GitHub will not merge it. */
export async function playFalseBump({ installation, timeline, expectations }: Scene): Promise<void> {
  const { bob, olga } = installation.people
  const deploy = repoRef(repoNames.deploy)
  timeline.tell({ who: '', what: 'bob opens a pull request that looks like a bump and is none', mood: 'chapter' })

  const number = await bob.propose(repoNames.deploy, {
    title: 'Bump hub to 9.9.9',
    branch: 'lockstep/bump/hub-by-bob',
    edit: { 'service/values.yaml': (text) => text.replace('replicas: 2', 'replicas: 0') },
  })
  timeline.waitFor('the gate')
  const { data: pr } = await olga.github.rest.pulls.get({ ...deploy, pull_number: number })
  const check = await waitUntil('the gate', 60, async () => {
    const runs = await olga.github.rest.checks.listForRef({
      ...deploy,
      ref: pr.head.sha,
      check_name: 'lockstep / gate',
    })
    return runs.data.check_runs.find(({ status }) => status === 'completed')
  })
  expectations.expect(`the gate fails #${number} and says why`, check.conclusion === 'failure')

  const refused = await bob.merge(repoNames.deploy, number).then(
    () => false,
    () => true,
  )
  expectations.expect(`#${number} cannot be merged`, refused)
}
