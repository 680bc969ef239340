import type { User } from '../../rehearsal/github/types.js'
import type { RepoRef } from '../../shared/github/client.js'
import { commitOn, type Lane } from './code-lane.js'

export interface Fork {
  at: RepoRef
  /** A commit with these files on a branch of the fork; null removes one. */
  commit(branch: string, files: Record<string, string | null>): Promise<string>
  /** A pull request of a branch into the main of what was forked, whose number it returns. */
  propose(branch: string, files: Record<string, string | null>, title?: string): Promise<number>
}

/** Somebody's fork of one of the lane's repositories, in which they have no rights. */
export async function forkOf(lane: Lane, at: RepoRef, who: User): Promise<Fork> {
  const github = lane.client(who.token)
  const { data } = await github.rest.repos.createFork({ ...at })
  const fork = { owner: who.login, repo: data.name }
  const commit: Fork['commit'] = (branch, files) => commitOn(github, fork, branch, files)
  return {
    at: fork,
    commit,
    async propose(branch, files, title = `Of a fork: ${branch}`) {
      await commit(branch, files)
      const pull = { ...at, base: 'main', head: `${who.login}:${branch}`, title }
      return (await github.rest.pulls.create(pull)).data.number
    },
  }
}
