import { NotSettled, type Probe } from './probe.js'
import { outcome, taken } from './refusal.js'

const plain = 'plain'

interface Refused {
  status?: number
  response?: { headers: Record<string, unknown> }
}

export const permissions: Probe[] = [
  {
    row: 'P2',
    expected: 'with pull-requests alone: taken',
    otherwise: 'rehearsal/github/permissions.ts',
    async ask(session) {
      const place = await session.place(plain)
      const { number } = await place.pull()
      const words = { ...place.ref, issue_number: number, body: 'one' }
      const { data } = await place.app.rest.issues.createComment(words)
      const client = await session.app.in(place.ref.repo, { pull_requests: 'write' })
      const reaction = { ...place.ref, comment_id: data.id, content: 'eyes' as const }
      return `with pull-requests alone: ${await taken(client.rest.reactions.createForIssueComment(reaction))}`
    },
  },
  {
    row: 'P6',
    expected: 'with administration: read: taken, without: refused with 403',
    otherwise: 'rehearsal/github/permissions.ts',
    async ask(session) {
      const { ref } = await session.place(plain)
      const may = async (permissions: { administration?: 'read'; metadata: 'read' }): Promise<string> => {
        const client = await session.app.in(ref.repo, permissions)
        return taken(client.rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository({ ...ref }))
      }
      const [some, none] = [await may({ administration: 'read', metadata: 'read' }), await may({ metadata: 'read' })]
      return `with administration: read: ${some}, without: ${none}`
    },
  },
  {
    row: 'P9',
    expected: 'issues=write',
    otherwise: 'rehearsal/github/permissions.ts',
    async ask(session) {
      const { ref } = await session.place(plain)
      const client = await session.app.in(ref.repo, { metadata: 'read' })
      const refused = await client.rest.issues.create({ ...ref, title: 'probe' }).catch((error: Refused) => error)
      if (refused.status !== 403 || !('response' in refused)) return `answered with ${refused.status}`
      return String(refused.response?.headers['x-accepted-github-permissions'] ?? 'no such header')
    },
  },
  {
    row: 'P10',
    expected: 'FORBIDDEN, or "not accessible by integration"',
    otherwise: 'rehearsal/github/graphql-nodes.ts',
    async ask(session) {
      const { ref, user, tip } = await session.place(plain)
      const { data } = await user.rest.repos.get({ ...ref })
      const client = await session.app.in(ref.repo, { metadata: 'read' })
      const sha = await tip()
      const refUpdates = [{ name: 'refs/heads/forbidden', beforeOid: '0'.repeat(40), afterOid: sha }]
      const mutation = 'mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }'
      const asked = client.graphql(mutation, { input: { repositoryId: data.node_id, refUpdates } })
      type Errors = { errors?: { type?: string; message: string }[] }
      const error = await asked.then(
        () => undefined,
        (refused: Errors) => refused.errors?.[0],
      )
      if (!error) return 'no error'
      const known = error.type === 'FORBIDDEN' || error.message.includes('not accessible by integration')
      return known ? 'FORBIDDEN, or "not accessible by integration"' : `${error.type}: ${error.message}`
    },
  },
  {
    row: 'P11',
    expected: 'refused with 422',
    otherwise: 'rehearsal/github/rest/apps.ts',
    async ask(session) {
      const itself = session.app.itself()
      const { data } = await itself.rest.apps.listInstallations({ per_page: 100 })
      const here = data.find(({ account }) => account && 'login' in account && account.login === session.owner.login)
      if (!here) throw new NotSettled('The App has no installation.')
      // Nothing that a test App is told to have.
      const asked = { installation_id: here.id, permissions: { packages: 'write' as const } }
      return taken(itself.rest.apps.createInstallationAccessToken(asked))
    },
  },
  {
    row: 'P12',
    expected: 'accepted',
    otherwise: 'rehearsal/github/tokens.ts',
    async ask(session) {
      const { status } = await outcome(session.app.itself().rest.apps.getAuthenticated())
      return status === 200 ? 'accepted' : `refused with ${status}`
    },
  },
  {
    row: 'P13',
    expected: 'answered as 2022-11-28',
    otherwise: 'apiVersion in shared/github/client.ts and rehearsal/github/api-version.ts',
    async ask(session) {
      const { app, ref } = await session.place(plain)
      // The client names its version in every request; GitHub says in which one it answers.
      const { headers } = await app.rest.repos.listBranches({ ...ref })
      return `answered as ${headers['x-github-api-version-selected'] ?? 'no version'}`
    },
  },
]
