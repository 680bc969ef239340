import { inJob } from './jobs.js'
import type { Probe } from './probe.js'
import { issueBy } from './who-did-it.js'

const plain = 'plain'
/** A second public repository, which the job's token has no part in. */
const other = 'ruled by the App'

interface Answer {
  status: number
  body: Record<string, unknown>
}
interface GraphQLAnswer {
  data?: unknown
  errors?: { type?: string; message: string }[]
}

const shown = ({ errors }: GraphQLAnswer): string => (errors ? (errors[0]?.type ?? 'refused') : 'shown')

/** Rows about what a job's own token may do and who it is. */
export const jobToken: Probe[] = [
  {
    row: 'I14',
    expected: 'the same login',
    otherwise: 'openRows.jobsViewer',
    async ask(session) {
      const place = await session.place(plain)
      const { number } = await issueBy(place)
      const [viewer, login] = await inJob<[string, string]>(
        session,
        place,
        '{ issues: write }',
        `const { data } = await graphql('{ viewer { login } }')
const { body } = await rest('POST', repo + '/issues/${number}/comments', { body: 'By a job' })
tell([data.viewer.login, body.user.login])`,
      )
      return viewer === login ? 'the same login' : `${viewer} and ${login}`
    },
  },
  {
    row: 'A20',
    expected: 'at least 1000 an hour',
    otherwise: 'the row',
    async ask(session) {
      const place = await session.place(plain)
      const limit = await inJob<number>(
        session,
        place,
        '{}',
        "tell((await rest('GET', '/rate_limit')).body.resources.core.limit)",
      )
      return limit >= 1000 ? 'at least 1000 an hour' : `${limit} an hour`
    },
  },
  {
    row: 'C22',
    expected: 'opened; over a changed workflow: refused',
    otherwise: 'rehearsal/github/graphql-pulls.ts',
    async ask(session) {
      const place = await session.place(plain)
      const { ref, user } = place
      await user.rest.actions.setGithubActionsDefaultWorkflowPermissionsRepository({
        ...{ ...ref, default_workflow_permissions: 'read', can_approve_pull_request_reviews: true },
      })
      const merged = async (path: string, text: string): Promise<string> => {
        const branch = await place.branch()
        await place.commit(branch, { [path]: text })
        const { data } = await user.rest.pulls.create({ ...ref, title: branch, head: branch, base: 'main' })
        await user.rest.pulls.merge({ ...ref, pull_number: data.number })
        return data.node_id
      }
      const idle = 'on: workflow_dispatch\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n'
      const nodes = [await merged(place.name(), '1'), await merged(`.github/workflows/${place.name()}.yml`, idle)]
      const [opened, over] = await inJob<GraphQLAnswer[]>(
        session,
        place,
        '{ contents: write, pull-requests: write }',
        `const answers = []
for (const id of ${JSON.stringify(nodes)})
  answers.push(await graphql('mutation { revertPullRequest(input: { pullRequestId: "' + id + '" }) { clientMutationId } }'))
tell(answers)`,
      )
      const words = (answer: GraphQLAnswer | undefined): string => (answer?.errors ? 'refused' : 'opened')
      return `${words(opened)}; over a changed workflow: ${words(over)}`
    },
  },
  {
    row: 'D17',
    expected: 'shown',
    otherwise: 'openRows.jobsSeeOthersDeployments',
    async ask(session) {
      const { ref } = await session.place(other)
      const query = `{ repository(owner: "${ref.owner}", name: "${ref.repo}") { deployments(first: 1) { totalCount } } }`
      return shown(
        await inJob<GraphQLAnswer>(
          session,
          await session.place(plain),
          '{}',
          `tell(await graphql(${JSON.stringify(query)}))`,
        ),
      )
    },
  },
  {
    row: 'P7',
    expected: 'checks, pulls and a comparison: 200, 200, 200; a collaborator: 403',
    otherwise: 'rehearsal/github/permissions.ts',
    async ask(session) {
      const { ref } = await session.place(other)
      const at = `/repos/${ref.owner}/${ref.repo}`
      const paths = [
        'commits/main/check-runs',
        'pulls',
        'compare/main...main',
        `collaborators/${session.person}/permission`,
      ]
      const answers = await inJob<number[]>(
        session,
        await session.place(plain),
        '{}',
        `const statuses = []
for (const path of ${JSON.stringify(paths)}) statuses.push((await rest('GET', '${at}/' + path)).status)
tell(statuses)`,
      )
      return `checks, pulls and a comparison: ${answers.slice(0, 3).join(', ')}; a collaborator: ${answers[3]}`
    },
  },
  {
    row: 'P8',
    expected: 'pull requests: shown, blobs: shown, issues: shown',
    otherwise: 'openRows.othersByGraphQL',
    async ask(session) {
      const place = await session.place(other)
      const { number } = await issueBy(place)
      const fields = {
        'pull requests': 'pullRequests(first: 1) { nodes { number } }',
        blobs: 'object(expression: "HEAD:README.md") { ... on Blob { text } }',
        issues: `issue(number: ${number}) { editor { login } timelineItems(first: 1) { totalCount } }`,
      }
      const { owner, repo } = place.ref
      const queries = Object.values(fields).map(
        (one) => `{ repository(owner: "${owner}", name: "${repo}") { ${one} } }`,
      )
      const answers = await inJob<GraphQLAnswer[]>(
        session,
        await session.place(plain),
        '{}',
        `const answers = []
for (const query of ${JSON.stringify(queries)}) answers.push(await graphql(query))
tell(answers)`,
      )
      return Object.keys(fields)
        .map((what, index) => `${what}: ${shown(answers[index] ?? { errors: [] })}`)
        .join(', ')
    },
  },
  {
    row: 'A26',
    expected: 'none that ran',
    otherwise: 'rehearsal/runner/occasions.ts',
    async ask(session) {
      const place = await session.place(plain)
      const { ref, user } = place
      const path = `.github/workflows/${place.name()}.yml`
      const file = 'on: pull_request\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n'
      await place.commit('main', { [path]: file })
      const branch = await place.branch()
      const head_sha = await place.commit(branch, { [branch]: branch })
      await user.rest.actions.setGithubActionsDefaultWorkflowPermissionsRepository({
        ...{ ...ref, default_workflow_permissions: 'read', can_approve_pull_request_reviews: true },
      })
      const { status } = await inJob<Answer>(
        session,
        place,
        '{ pull-requests: write }',
        `tell(await rest('POST', repo + '/pulls', { title: 'By a job', head: '${branch}', base: 'main' }))`,
      )
      if (status !== 201) return `the pull request was refused with ${status}`
      await session.settle()
      const { data } = await user.rest.actions.listWorkflowRunsForRepo({ ...ref, head_sha, event: 'pull_request' })
      const ran = data.workflow_runs.some((run) => run.conclusion !== 'action_required')
      return ran ? 'runs' : 'none that ran'
    },
  },
]
