import { NotSettled, type Probe } from './probe.js'
import { outcome, taken } from './refusal.js'
import { issueBy } from './who-did-it.js'

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
    async ask(world) {
      const place = await world.place(plain)
      const { number } = await place.pull()
      const words = { ...place.ref, issue_number: number, body: 'one' }
      const { data } = await place.app.rest.issues.createComment(words)
      const client = await world.app.in(place.ref.repo, { pull_requests: 'write' })
      const reaction = { ...place.ref, comment_id: data.id, content: 'eyes' as const }
      return `with pull-requests alone: ${await taken(client.rest.reactions.createForIssueComment(reaction))}`
    },
  },
  {
    row: 'P6',
    expected: 'with administration: read: taken, without: refused with 403',
    otherwise: 'rehearsal/github/permissions.ts',
    async ask(world) {
      const { ref } = await world.place(plain)
      const may = async (permissions: { administration?: 'read'; metadata: 'read' }): Promise<string> => {
        const client = await world.app.in(ref.repo, permissions)
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
    async ask(world) {
      const { ref } = await world.place(plain)
      const client = await world.app.in(ref.repo, { metadata: 'read' })
      const refused = await client.rest.issues.create({ ...ref, title: 'probe' }).catch((error: Refused) => error)
      if (refused.status !== 403 || !('response' in refused)) return `answered with ${refused.status}`
      return String(refused.response?.headers['x-accepted-github-permissions'] ?? 'no such header')
    },
  },
  {
    row: 'P10',
    expected: 'FORBIDDEN, or "not accessible by integration"',
    otherwise: 'rehearsal/github/graphql-nodes.ts',
    async ask(world) {
      const { ref, user, tip } = await world.place(plain)
      const { data } = await user.rest.repos.get({ ...ref })
      const client = await world.app.in(ref.repo, { metadata: 'read' })
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
    async ask(world) {
      const itself = world.app.itself()
      const { data } = await itself.rest.apps.listInstallations({ per_page: 100 })
      const here = data.find(({ account }) => account && 'login' in account && account.login === world.owner.login)
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
    async ask(world) {
      const { status } = await outcome(world.app.itself().rest.apps.getAuthenticated())
      return status === 200 ? 'accepted' : `refused with ${status}`
    },
  },
  {
    row: 'P13',
    expected: 'the same keys',
    otherwise: 'shared/github/client.ts',
    async ask(world) {
      const place = await world.place(plain)
      const { number } = await issueBy(place)
      const pull = await place.pull()
      const [issues, pulls] = [`issues/${number}`, `pulls/${pull.number}`]
      const differing: string[] = []
      for (const path of ['', issues, pulls, `commits/${pull.head}`, 'branches/main', 'deployments', 'actions/runs']) {
        const url = `/repos/${place.ref.owner}/${place.ref.repo}/${path}`.replace(/\/$/, '')
        const keys = async (headers: Record<string, string>) =>
          keysOf((await place.app.request(`GET ${url}`, { headers })).data)
        const plainly = await keys({})
        if (plainly !== (await keys({ 'x-github-api-version': '2022-11-28' }))) differing.push(path)
      }
      return differing.length === 0 ? 'the same keys' : `others in ${differing.join(', ')}`
    },
  },
]

const keysOf = (data: unknown): string =>
  Object.keys((Array.isArray(data) ? data[0] : data) ?? {})
    .sort()
    .join()
