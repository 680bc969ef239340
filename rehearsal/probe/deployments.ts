import type { GitHub } from '../../shared/github/client.js'
import type { Place } from './place.js'
import { NotSettled, type Probe } from './probe.js'
import { outcome, taken } from './refusal.js'
import { deployed } from './who-did-it.js'

const plain = 'plain'

interface Wanted {
  ref: string
  environment?: string
  payload?: Record<string, unknown>
  production?: boolean
}

/** A Deployment as Lockstep makes its records. */
const deploy = (
  { app, ref: at, name }: Place,
  { ref, environment = name(), payload = {}, production = false }: Wanted,
) =>
  app.rest.repos.createDeployment({
    ...{ ...at, ref, environment, payload, task: 'probe' },
    ...{ auto_merge: false, required_contexts: [], production_environment: production },
  })

async function made(place: Place, wanted: Wanted): Promise<number> {
  const { data } = await deploy(place, wanted)
  if (!('id' in data)) throw new NotSettled('GitHub merged instead of making a Deployment.')
  return data.id
}

type State = 'success' | 'failure' | 'inactive' | 'in_progress'

const status = ({ app, ref }: Place, deployment_id: number, state: State) =>
  app.rest.repos.createDeploymentStatus({ ...ref, deployment_id, state })

/** The states of a Deployment, in the order in which GitHub lists them. */
const states = async ({ app, ref }: Place, deployment_id: number) =>
  (await app.rest.repos.listDeploymentStatuses({ ...ref, deployment_id })).data

/** Two successes in one environment, one after the other; the first one's statuses. */
async function replaced(place: Place, production: boolean) {
  const of = { ref: 'main', environment: place.name(), production }
  const first = await made(place, of)
  await status(place, first, 'success')
  await status(place, await made(place, of), 'success')
  return states(place, first)
}

/** An environment that admits main alone. */
async function onlyMain({ user, ref, name }: Place): Promise<string> {
  const environment_name = name()
  const policy = { protected_branches: false, custom_branch_policies: true }
  await user.rest.repos.createOrUpdateEnvironment({ ...ref, environment_name, deployment_branch_policy: policy })
  await user.rest.repos.createDeploymentBranchPolicy({ ...ref, environment_name, name: 'main', type: 'branch' })
  return environment_name
}

const policiesOf = (client: GitHub, { ref }: Place, environment_name: string) =>
  client.rest.repos.listDeploymentBranchPolicies({ ...ref, environment_name })

export const deployments: Probe[] = [
  {
    row: 'D1',
    expected: 'taken',
    otherwise: 'openRows.deploymentsOfForks',
    async ask(session) {
      const place = await session.place(plain)
      const fork = await session.fork(plain)
      const branch = await fork.branch()
      const ref = await fork.commit(branch, { 'fork.txt': branch })
      const head = `${fork.ref.owner}:${branch}`
      await place.user.rest.pulls.create({ ...place.ref, title: 'Of a fork', head, base: 'main' })
      return taken(deploy(place, { ref }))
    },
  },
  {
    row: 'D2',
    expected: 'taken',
    otherwise: 'rehearsal/github/rest/deployments.ts',
    async ask(session) {
      const place = await session.place(plain)
      const environment = await onlyMain(place)
      const branch = await place.branch()
      return taken(deploy(place, { ref: await place.commit(branch, { [branch]: branch }), environment }))
    },
  },
  {
    row: 'D3',
    expected: 'made (201)',
    otherwise: 'rehearsal/github/rest/deployments.ts',
    async ask(session) {
      const place = await session.place(plain)
      const branch = await place.branch()
      const ref = await place.commit(branch, { [branch]: branch })
      await place.user.rest.repos.createCommitStatus({ ...place.ref, sha: ref, state: 'failure', context: 'red' })
      const { status } = await outcome(deploy(place, { ref }))
      return status === 201 ? 'made (201)' : String(status)
    },
  },
  {
    row: 'D4',
    expected: 'newest first; environment, task and sha filter',
    otherwise: 'rehearsal/github/rest/deployments.ts',
    async ask(session) {
      const place = await session.place(plain)
      const environment = place.name()
      const branch = await place.branch()
      const sha = await place.commit(branch, { [branch]: branch })
      const [a, b] = [await made(place, { ref: 'main', environment }), await made(place, { ref: sha, environment })]
      const ids = async (filter: { environment?: string; task?: string; sha?: string }): Promise<string> => {
        const { data } = await place.app.rest.repos.listDeployments({ ...place.ref, per_page: 100, ...filter })
        return data.map(({ id }) => id).join()
      }
      const order = (await ids({ environment, task: 'probe' })) === `${b},${a}` ? 'newest first' : 'another order'
      const filter = (await ids({ sha })) === `${b}` && (await ids({ environment, task: 'other' })) === ''
      return `${order}; environment, task and sha ${filter ? 'filter' : 'do not filter'}`
    },
  },
  {
    row: 'D6',
    expected: 'the object',
    otherwise: 'rehearsal/github/rest/deployments.ts',
    async ask(session) {
      const place = await session.place(plain)
      const { data } = await place.app.rest.repos.getDeployment({ ...place.ref, deployment_id: await deployed(place) })
      return typeof data.payload === 'string' ? 'text' : data.payload['a'] === 1 ? 'the object' : 'something else'
    },
  },
  {
    row: 'D7',
    expected: '10 KB: taken, 64 KB: taken, 1 MB: taken',
    otherwise: 'the row, and rehearsal/github/rest/deployments.ts',
    async ask(session) {
      const place = await session.place(plain)
      const of = (kilobytes: number) =>
        taken(deploy(place, { ref: 'main', payload: { a: 'x'.repeat(kilobytes * 1024) } }))
      return `10 KB: ${await of(10)}, 64 KB: ${await of(64)}, 1 MB: ${await of(1024)}`
    },
  },
  {
    row: 'D8',
    expected: '140: taken, 141: refused with 422',
    otherwise: 'rehearsal/github/rest/deployments.ts',
    async ask(session) {
      const { app, ref, ...place } = await session.place(plain)
      const deployment_id = await deployed({ app, ref, ...place })
      const of = (length: number) => {
        const description = 'x'.repeat(length)
        return taken(
          app.rest.repos.createDeploymentStatus({ ...ref, deployment_id, state: 'in_progress', description }),
        )
      }
      return `140: ${await of(140)}, 141: ${await of(141)}`
    },
  },
  {
    row: 'D9',
    expected: 'the former: inactive, a former of production: success',
    otherwise: 'rehearsal/github/rest/deployments.ts',
    async ask(session) {
      const place = await session.place(plain)
      const newest = async (production: boolean): Promise<string | undefined> =>
        (await replaced(place, production)).toSorted((a, b) => b.id - a.id)[0]?.state
      return `the former: ${await newest(false)}, a former of production: ${await newest(true)}`
    },
  },
  {
    row: 'D10',
    expected: 'the App',
    otherwise: 'the row',
    async ask(session) {
      const inactive = (await replaced(await session.place(plain), false)).find(({ state }) => state === 'inactive')
      if (!inactive) throw new NotSettled('There is no automatic status.')
      return inactive.creator?.login === session.app.login ? 'the App' : String(inactive.creator?.login)
    },
  },
  {
    row: 'D13',
    expected: 'made, open to all',
    otherwise: 'rehearsal/github/rest/deployments.ts',
    async ask(session) {
      const place = await session.place(plain)
      const environment_name = place.name()
      await deploy(place, { ref: 'main', environment: environment_name })
      const { data } = await place.user.rest.repos.getAllEnvironments({ ...place.ref, per_page: 100 })
      const found = data.environments?.find(({ name }) => name === environment_name)
      if (!found) return 'not made'
      return found.protection_rules?.length || found.deployment_branch_policy ? 'made, protected' : 'made, open to all'
    },
  },
  {
    row: 'D14',
    expected: 'with actions: read: taken, without: refused with 403',
    otherwise: 'rehearsal/github/permissions.ts',
    async ask(session) {
      // What is public anybody may read: a refusal shows in a private repository alone.
      const place = await session.place('private')
      const environment = await onlyMain(place)
      const may = async (permissions: { actions?: 'read'; metadata: 'read' }): Promise<string> =>
        taken(policiesOf(await session.app.in(place.ref.repo, permissions), place, environment))
      const [some, none] = [await may({ actions: 'read', metadata: 'read' }), await may({ metadata: 'read' })]
      return `with actions: read: ${some}, without: ${none}`
    },
  },
  {
    row: 'D15',
    expected: 'branch',
    otherwise: 'rehearsal/github/rest/settings.ts',
    async ask(session) {
      const place = await session.place(plain)
      const { data } = await policiesOf(place.user, place, await onlyMain(place))
      return String(data.branch_policies[0]?.type)
    },
  },
  {
    row: 'D18',
    expected: 'newest first',
    otherwise: 'openRows.newestStatusFirst',
    async ask(session) {
      const place = await session.place(plain)
      const id = await deployed(place)
      await status(place, id, 'in_progress')
      await status(place, id, 'failure')
      const [first, second] = await states(place, id)
      return (first?.id ?? 0) > (second?.id ?? 0) ? 'newest first' : 'oldest first'
    },
  },
  {
    row: 'D19',
    expected: 'taken',
    otherwise: 'openRows.inactiveFirst',
    async ask(session) {
      const place = await session.place(plain)
      return taken(status(place, await deployed(place), 'inactive'))
    },
  },
  {
    row: 'D20',
    expected: "the JSON's text, once",
    otherwise: 'rehearsal/github/graphql-deployments.ts',
    async ask(session) {
      const place = await session.place(plain)
      const environment = place.name()
      await made(place, { ref: 'main', environment, payload: { a: 1 } })
      const query = `query ($owner: String!, $repo: String!, $environment: String!) {
        repository(owner: $owner, name: $repo) {
          deployments(first: 1, environments: [$environment]) { nodes { payload } } } }`
      type Answer = { repository: { deployments: { nodes: { payload: string | null }[] } } }
      const answer = await place.app.graphql<Answer>(query, { ...place.ref, environment })
      const payload: unknown = JSON.parse(answer.repository.deployments.nodes[0]?.payload ?? 'null')
      if (typeof payload === 'string') return "the JSON's text, twice"
      return payload === null ? 'null' : "the JSON's text, once"
    },
  },
  {
    row: 'D21',
    expected: 'taken',
    otherwise: 'rehearsal/github/rest/deployments.ts',
    async ask(session) {
      const place = await session.place(plain)
      const deployment_id = await deployed(place)
      await status(place, deployment_id, 'inactive')
      return taken(place.user.rest.repos.deleteDeployment({ ...place.ref, deployment_id }))
    },
  },
]
