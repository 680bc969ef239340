import { NotSettled, type Probe } from './probe.js'
import { outcome } from './refusal.js'
import { makeRuleset, ruledBy, say } from './rules.js'
import type { ProbeSession } from './session.js'

const plain = 'plain'
const updateRefs = `mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`
const zeros = '0'.repeat(40)

/** Merges a new pull request as the App. Returns the new commit on main. */
async function merged(session: ProbeSession, merge_method: 'merge' | 'squash' | 'rebase') {
  const place = await session.place(plain)
  const pull = await place.pull()
  const answer = await outcome(place.app.rest.pulls.merge({ ...place.ref, pull_number: pull.number, merge_method }))
  if (answer.status !== 200) throw new NotSettled(`The merge was refused: ${answer.message}`)
  return { place, pull, sha: await place.tip() }
}

/** GraphQL's refusals are errors in an answer of 200. */
const refusedByGraphQL = async (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => 'taken',
    (error: { errors?: unknown[] }) => {
      if (!error.errors) throw error
      return 'refused'
    },
  )

export const merging: Probe[] = [
  {
    row: 'C10',
    expected:
      'setting: "Merge commits are not allowed on this repository."; ruleset: "Repository rule violations found"',
    otherwise: 'the row, and refuseMethod in rehearsal/github/pull-merge.ts',
    async ask(session) {
      const place = await session.place('one way of merging')
      const pull = await place.pull()
      const merge = { ...place.ref, pull_number: pull.number, merge_method: 'merge' as const }
      const words = async (): Promise<string> => {
        const { status, message } = await outcome(place.app.rest.pulls.merge(merge))
        // What the client adds to GitHub's words is an address.
        return status === 405 ? `"${message.split(' - https://')[0]}"` : String(status)
      }
      await place.user.rest.repos.update({ ...place.ref, allow_merge_commit: false })
      const bySetting = await words()
      await place.user.rest.repos.update({ ...place.ref, allow_merge_commit: true })
      await makeRuleset(place, { methods: ['squash'] })
      await say(place, place.app, pull.head, 'success')
      return `setting: ${bySetting}; ruleset: ${await words()}`
    },
  },
  {
    row: 'C14',
    expected: 'a wrong commit before: refused; zeros for a new one: taken, for one that is there: refused',
    otherwise: 'rehearsal/github/graphql-refs.ts',
    async ask(session) {
      const { app, ref, branch, commit, tip, name } = await session.place(plain)
      const { data: repository } = await app.rest.repos.get({ ...ref })
      const [old, made] = [await tip(), await branch()]
      const afterOid = await commit(made, { [`${made}.txt`]: made })
      const move = (to: string, beforeOid: string): Promise<string> => {
        const refUpdates = [{ name: `refs/heads/${to}`, beforeOid, afterOid }]
        return refusedByGraphQL(app.graphql(updateRefs, { input: { repositoryId: repository.node_id, refUpdates } }))
      }
      const other = await branch(old)
      const fresh = name()
      const wrong = await move(other, afterOid)
      return `a wrong commit before: ${wrong}; zeros for a new one: ${await move(fresh, zeros)}, for one that is there: ${await move(other, zeros)}`
    },
  },
  {
    row: 'C15',
    expected: '5 of 5 known at once',
    otherwise: 'the row: how often it was late',
    async ask(session) {
      let known = 0
      for (let n = 0; n < 5; n += 1) {
        const { place, pull, sha } = await merged(session, 'merge')
        const { data } = await place.app.rest.repos.listPullRequestsAssociatedWithCommit({
          ...place.ref,
          commit_sha: sha,
        })
        if (data.some(({ number }) => number === pull.number)) known += 1
      }
      return `${known} of 5 known at once`
    },
  },
  {
    row: 'C16',
    expected: "main's newest commit for merge, squash, rebase",
    otherwise: 'rehearsal/github/rest/pulls.ts',
    async ask(session) {
      const right: string[] = []
      for (const method of ['merge', 'squash', 'rebase'] as const) {
        const { place, pull, sha } = await merged(session, method)
        const { data } = await place.app.rest.pulls.get({ ...place.ref, pull_number: pull.number })
        if (data.merge_commit_sha === sha) right.push(method)
      }
      return `main's newest commit for ${right.join(', ')}`
    },
  },
  {
    row: 'C17',
    expected: 'still with the old main',
    otherwise: 'the row, and rehearsal/github/pull-sync.ts',
    async ask(session) {
      const place = await session.place(plain)
      const pull = await place.pull()
      const old = await place.tip()
      const test = () =>
        session.until('a test merge', async () => {
          const { data } = await place.app.rest.pulls.get({ ...place.ref, pull_number: pull.number })
          return data.merge_commit_sha && data.mergeable !== null ? data.merge_commit_sha : undefined
        })
      await test()
      await place.commit('main', { 'main.txt': pull.branch })
      await session.settle()
      const { data } = await place.app.rest.git.getCommit({ ...place.ref, commit_sha: await test() })
      return data.parents.some(({ sha }) => sha === old) ? 'still with the old main' : 'made anew'
    },
  },
  {
    row: 'C18',
    expected: 'follows main',
    otherwise: 'rehearsal/github/pull-sync.ts',
    async ask(session) {
      const place = await session.place(plain)
      const pull = await place.pull()
      const now = await place.commit('main', { 'main.txt': pull.branch })
      await session.settle()
      const { data } = await place.app.rest.pulls.get({ ...place.ref, pull_number: pull.number })
      return data.base.sha === now ? 'follows main' : 'stays'
    },
  },
  {
    row: 'C23',
    expected: 'verified',
    otherwise: 'rehearsal/github/rest/git-data.ts',
    async ask(session) {
      const { app, ref, tip } = await session.place(plain)
      const parent = await tip()
      const { data: before } = await app.rest.git.getCommit({ ...ref, commit_sha: parent })
      const made = { message: 'By the App', tree: before.tree.sha, parents: [parent] }
      const { data } = await app.rest.git.createCommit({ ...ref, ...made })
      return data.verification.verified ? 'verified' : `not verified: ${data.verification.reason}`
    },
  },
  {
    row: 'C29',
    expected: 'null',
    otherwise: 'rehearsal/github/graphql-pull-fields.ts',
    async ask(session) {
      const place = await session.place(plain)
      const { number } = await place.pull()
      const query = `query ($owner: String!, $repo: String!, $number: Int!) {
        repository(owner: $owner, name: $repo) { pullRequest(number: $number) { reviewDecision } } }`
      type Answer = { repository: { pullRequest: { reviewDecision: string | null } } }
      const answer = await place.app.graphql<Answer>(query, { ...place.ref, number })
      return String(answer.repository.pullRequest.reviewDecision)
    },
  },
  {
    row: 'C33',
    expected: 'pr_merge',
    otherwise: 'rehearsal/github/refs.ts',
    async ask(session) {
      const { place, sha } = await merged(session, 'merge')
      return session.until('the activity of a merge', async () => {
        const { data } = await place.app.rest.repos.listActivities({ ...place.ref, ref: 'main' })
        return data.find(({ after }) => after === sha)?.activity_type
      })
    },
  },
  {
    row: 'C34',
    expected: 'with read: absent, with write: shown',
    otherwise: 'rehearsal/github/rest/repos.ts',
    async ask(session) {
      const { ref } = await session.place(plain)
      const shown = async (contents: 'read' | 'write'): Promise<string> => {
        const client = await session.app.in(ref.repo, { contents })
        const { data } = await client.rest.repos.get({ ...ref })
        return data.allow_merge_commit === undefined ? 'absent' : 'shown'
      }
      return `with read: ${await shown('read')}, with write: ${await shown('write')}`
    },
  },
  {
    row: 'C13',
    expected: 'a move over a changed workflow: refused',
    otherwise: 'the row, and workflowViolation in rehearsal/github/refs.ts',
    async ask(session) {
      const { ref, branch, commit, tip, user } = await session.place(plain)
      const path = '.github/workflows/c13.yml'
      const made = await branch()
      const beforeOid = await tip(made)
      const idle = 'on: workflow_dispatch\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n'
      await commit('main', { [path]: idle })
      // On top of main's newest: the branch's own move passes over the change of main.
      const other = await branch()
      const afterOid = await commit(other, { [`${other}.txt`]: other })
      const { data: repository } = await user.rest.repos.get({ ...ref })
      const without = await session.app.in(ref.repo, { contents: 'write' })
      const refUpdates = [{ name: `refs/heads/${made}`, beforeOid, afterOid }]
      const input = { repositoryId: repository.node_id, refUpdates }
      return `a move over a changed workflow: ${await refusedByGraphQL(without.graphql(updateRefs, { input }))}`
    },
  },
  {
    row: 'I15',
    expected: 'by auto-merge: the person',
    otherwise: 'mergedByOfAutoMerge of the repository (rehearsal/github/types.ts)',
    async ask(session) {
      const place = await session.place('ruled by the App')
      await ruledBy(place, session.app.id)
      await place.user.rest.repos.update({ ...place.ref, allow_auto_merge: true })
      const pull = await place.pull()
      const enable = `mutation ($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id }) { clientMutationId } }`
      await place.user.graphql(enable, { id: pull.node })
      await say(place, place.app, pull.head, 'success')
      const query = `query ($owner: String!, $repo: String!, $number: Int!) {
        repository(owner: $owner, name: $repo) { pullRequest(number: $number) { merged mergedBy { login } } } }`
      type Answer = { repository: { pullRequest: { merged: boolean; mergedBy: { login: string } | null } } }
      const { mergedBy } = await session.until('the auto-merge', async () => {
        const answer = await place.app.graphql<Answer>(query, { ...place.ref, number: pull.number })
        return answer.repository.pullRequest.merged ? answer.repository.pullRequest : undefined
      })
      const who = mergedBy === null ? 'nobody' : mergedBy.login === session.person ? 'the person' : mergedBy.login
      return `by auto-merge: ${who}`
    },
  },
]
