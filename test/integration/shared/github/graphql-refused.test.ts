import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mergesOf } from '../../../../shared/duty/merges.js'
import { readBlobs } from '../../../../shared/github/blobs.js'
import { readFiles } from '../../../../shared/github/files.js'
import { readTree } from '../../../../shared/github/trees.js'
import { parsePolicy } from '../../../../shared/policy/policy.js'
import { deploy, type EmulatorFixture, type Octokit, startEmulatorFixture } from '../../../fixtures/emulator.js'
import { commitOn } from '../../../fixtures/repository-pair.js'

const hub = 'acme/hub'
const hubAt = { owner: 'acme', repo: 'hub' }
let fixture: EmulatorFixture
let job: Octokit
let bob: Octokit

beforeAll(async () => {
  fixture = await startEmulatorFixture()
  const files = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`src/${index}.txt`, `${index}\n`]))
  await fixture.github.createRepository({
    repo: hub,
    files,
    collaborators: { ada: 'write', bob: 'write' },
    author: 'ada',
  })
  bob = fixture.client(fixture.github.createUser('bob').token)
  job = fixture.client(fixture.github.mintJobToken(deploy, { contents: 'read' }, 1))
})
afterAll(() => fixture[Symbol.asyncDispose]())

const asked = (from: number) =>
  fixture.github.requests
    .slice(from)
    .map(({ method, path }) => `${method} ${path.replace(/\/git\/blobs\/.*/, '/git/blobs')}`)

test.each([
  [Number.POSITIVE_INFINITY, 1, 0],
  [4, 3, 0],
  // What is refused alone is fetched as a file.
  [0, 13, 7],
])('L10: blobs come whole where a request may ask for at most %s', async (most, queries, alone) => {
  fixture.github.openRows.objectsPerQuery = most
  const tree = await readTree(job as never, hub, 'main')
  const entries = [...(tree ?? [])].filter(([path]) => path.startsWith('src/')).map(([, entry]) => entry)
  const from = fixture.github.requests.length
  const blobs = await readBlobs(job as never, hub, entries)
  expect([...blobs.values()].map(String).sort()).toEqual([0, 1, 2, 3, 4, 5, 6].map((index) => `${index}\n`))
  expect(asked(from).filter((one) => one === 'POST /graphql')).toHaveLength(queries)
  expect(asked(from).filter((one) => one.endsWith('/git/blobs'))).toHaveLength(alone)
  fixture.github.openRows.objectsPerQuery = Number.POSITIVE_INFINITY
})

const { components } = parsePolicy(`version: 1
operators: [olga, otto]
apps: { gate: { id: 11, bot: 9011 }, bump: { id: 12, bot: 9012 } }
releases:
  service: { chart: meta, name: service, namespace: "{cluster}", values: [] }
clusters:
  staging: { wave: staging }
components:
  hub: { upstream: acme/hub, chart: "meta/Chart.yaml#hub", version: ["{any}-g{commit}"], paths: ["src/**"] }
`)

describe.each(['all', 'forbidden', 'not-found'] as const)(
  'P8: a job is told over GraphQL of another repository: %s',
  (told) => {
    test('files are read', async () => {
      fixture.github.openRows.othersByGraphQL = told
      expect(await readFiles(job as never, hub, ['src/1.txt', 'src/none.txt'], 'main')).toEqual(['1\n', undefined])
    })

    test('who merged, wrote and approved what is read', async () => {
      fixture.github.openRows.othersByGraphQL = told
      const ada = fixture.client(fixture.ada.token)
      await commitOn(ada, hubAt, told, { [`src/${told}.txt`]: told })
      const { data: pull } = await ada.rest.pulls.create({ ...hubAt, head: told, base: 'main', title: `By ${told}` })
      await bob.rest.pulls.createReview({ ...hubAt, pull_number: pull.number, event: 'APPROVE' })
      const { data: merged } = await bob.rest.pulls.merge({ ...hubAt, pull_number: pull.number })
      const [component] = components
      if (!component) throw new Error('The policy has a component.')
      const commit = { sha: merged.sha, author: 'ada', message: 'x', parents: [] } as never
      const { merges } = await mergesOf(job as never, component, [commit])
      const person = (login: string) => ({ login, bot: false })
      expect(merges).toMatchObject([
        { commit: merged.sha, pull: { number: pull.number }, title: `By ${told}`, author: person('ada') },
      ])
      expect(merges).toMatchObject([{ mergedBy: person('bob'), approver: person('bob') }])
    })
  },
)

test('a repository that is not there is still said to be missing', async () => {
  await expect(readFiles(job as never, 'acme/none', ['x'], 'main')).rejects.toThrow('Not Found')
})
