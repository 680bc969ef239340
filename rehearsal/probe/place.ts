import { randomBytes } from 'node:crypto'
import type { GitHub, RepoRef } from '../../shared/github/client.js'

/** One of the probe's own repositories. */
export interface Place {
  ref: RepoRef
  user: GitHub
  /** The App, with all that it may do here. */
  app: GitHub
  /** A name that nothing here has. */
  name(): string
  /** The newest commit of a branch. */
  tip(branch?: string): Promise<string>
  /** A new branch at a commit, `main`'s newest unless said. */
  branch(sha?: string): Promise<string>
  /** Files by path to text, committed by the person, or by whom `by` is, on a branch. Returns the commit. */
  commit(branch: string, files: Record<string, string>, by?: GitHub): Promise<string>
  /** A pull request into main of a branch with one new file: its number, head and branch. */
  pull(by?: GitHub): Promise<{ number: number; head: string; branch: string; node: string }>
}

const commitMutation = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`

export function placeIn(ref: RepoRef, user: GitHub, app: GitHub): Place {
  // A fork has the branches of what it was forked from.
  const own = randomBytes(3).toString('hex')
  let count = 0
  const name = (): string => {
    count += 1
    return `probe-${own}-${count}`
  }
  const tip = async (branch = 'main'): Promise<string> =>
    (await user.rest.git.getRef({ ...ref, ref: `heads/${branch}` })).data.object.sha
  const branch = async (sha?: string): Promise<string> => {
    const made = name()
    await user.rest.git.createRef({ ...ref, ref: `refs/heads/${made}`, sha: sha ?? (await tip()) })
    return made
  }
  const commit: Place['commit'] = async (onto, files, by = user) => {
    const additions = Object.entries(files).map(([path, text]) => ({
      path,
      contents: Buffer.from(text).toString('base64'),
    }))
    const answer = await by.graphql<{ createCommitOnBranch: { commit: { oid: string } } }>(commitMutation, {
      input: {
        branch: { repositoryNameWithOwner: `${ref.owner}/${ref.repo}`, branchName: onto },
        expectedHeadOid: await tip(onto),
        message: { headline: 'A commit of the probe' },
        fileChanges: { additions },
      },
    })
    return answer.createCommitOnBranch.commit.oid
  }
  return {
    ...{ ref, user, app, name, tip, branch, commit },
    async pull(by = user) {
      const made = await branch()
      const head = await commit(made, { [`${made}.txt`]: made })
      const { data } = await by.rest.pulls.create({ ...ref, title: made, head: made, base: 'main' })
      return { number: data.number, head, branch: made, node: data.node_id }
    },
  }
}
