import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pushesTo } from '../../../../shared/github/pushes.js'
import { at, commitFile, deploy, git, remote, startEmulatorFixture } from '../../../fixtures/emulator.js'

test('the activity tells who moved a branch and how: a push by git, the API, a merge; newest first, page by page', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const main = (await ada.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha
  await commitFile(ada, 'topic', 'a.txt', '1\n')
  await ada.rest.pulls.create({ ...at, head: 'topic', base: 'main', title: 'Topic' })
  const { data: merged } = await ada.rest.pulls.merge({ ...at, pull_number: 1 })
  await git(fixture.dir, 'clone', '--quiet', remote(fixture, fixture.ada.token), 'clone')
  const clone = join(fixture.dir, 'clone')
  await writeFile(join(clone, 'b.txt'), '1\n')
  await git(clone, 'add', '--all')
  await git(clone, 'commit', '--quiet', '--message', 'Somebody else wrote it', '--author', 'eve <eve@example.org>')
  await git(clone, 'push', '--quiet', 'origin', 'main')
  const tip = await git(clone, 'rev-parse', 'HEAD')

  const one = { ...at, ref: 'main', per_page: 1 }
  const pages = await ada.paginate(ada.rest.repos.listActivities, one)
  expect(pages.map(({ activity_type, actor, before, after }) => [activity_type, actor?.login, before, after])).toEqual([
    ['push', 'ada', merged.sha, tip],
    ['pr_merge', 'ada', main, merged.sha],
  ])
  expect(await pushesTo(ada, deploy, 'main')).toEqual([
    { before: merged.sha, after: tip, by: { login: 'ada', bot: false } },
    { before: main, after: merged.sha, by: { login: 'ada', bot: false } },
  ])
  const { data: topic } = await ada.rest.repos.listActivities({ ...at, ref: 'refs/heads/topic' })
  expect(topic.at(-1)?.activity_type).toBe('branch_creation')
})
