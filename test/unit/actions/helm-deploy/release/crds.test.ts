import { expect, test } from 'vitest'
import { applyCrds, crdsIn, decideCrds } from '../../../../../actions/helm-deploy/release/crds.js'
import { UserError } from '../../../../../shared/foundation/errors.js'

const yaml = (...names: string[]): string =>
  names.map((name) => `---\nkind: CustomResourceDefinition\nmetadata:\n  name: ${name}\nspec: { group: x }\n`).join('')

test('the CRDs are found among what else lies in crds/', () => {
  const text = `# a comment\n${yaml('a.x', 'b.x')}---\n---\nkind: ConfigMap\nmetadata: { name: c }\n`
  expect(crdsIn(text)).toMatchObject([
    { metadata: { name: 'a.x' }, spec: { group: 'x' } },
    { metadata: { name: 'b.x' } },
  ])
  expect(crdsIn('')).toEqual([])
})

test.each([
  ['create', [], ['a.x', 'b.x'], '"crds: create": created a.x, b.x.'],
  ['create', ['a.x'], ['b.x'], '"crds: create": created b.x; kept unchanged: a.x.'],
  ['replace', ['a.x'], ['a.x', 'b.x'], '"crds: replace": created b.x; replaced a.x.'],
  ['replace', ['a.x', 'b.x', 'other'], ['a.x', 'b.x'], '"crds: replace": replaced a.x, b.x.'],
] as const)('%s with %j there applies %j', (policy, there, applied, sentence) => {
  const decision = decideCrds(policy, crdsIn(yaml('a.x', 'b.x')), new Set<string>(there))
  expect(decision.apply.map(({ metadata }) => metadata.name)).toEqual(applied)
  expect(decision.sentence).toBe(sentence)
})

/** A cluster that serves a CRD from the second look on. */
function cluster(refuse?: UserError) {
  const [applied, log]: [string[], string[]] = [[], []]
  let looks = 0
  const site = {
    helm: { carriesCrds: async () => true, crds: async () => yaml('a.x') },
    kubectl: {
      get: async () =>
        applied.length === 0
          ? undefined
          : { status: { conditions: [{ type: 'Established', status: `${looks++ > 0 ? 'True' : 'False'}` }] } },
      apply: async (object: { metadata: { name: string } }) => {
        if (refuse) throw refuse
        applied.push(object.metadata.name)
      },
    },
  }
  const runtime = { log: { info: (line: string) => log.push(line) }, clock: { sleep: async () => {} } }
  const bring = (policy: 'skip' | 'create' | 'replace') =>
    applyCrds(site as never, { chart: 'chart', values: [] }, policy, runtime as never)
  return { bring, applied, log, looks: () => looks }
}

test('it waits until the API server serves them, and tells what it did', async () => {
  const { bring, applied, log, looks } = cluster()
  expect(await bring('create')).toBe('"crds: create": created a.x.')
  expect(applied).toEqual(['a.x'])
  expect(looks()).toBe(2)
  expect(log).toEqual(['"crds: create": created a.x.'])
})

test('skip touches nothing, and says so', async () => {
  const { bring, applied, log } = cluster()
  await bring('skip')
  expect([applied, log]).toEqual([[], ['"crds: skip": the CRDs of the chart were not changed.']])
})

test('a refusal names the CRD and the right that is missing', async () => {
  const { bring } = cluster(new UserError('missing-permission', 'may not apply an object', { fix: '' }))
  await expect(bring('replace')).rejects.toMatchObject({
    reason: 'missing-permission',
    message: "The chart's CRD a.x was not applied: may not apply an object",
    fix: expect.stringContaining('customresourcedefinitions'),
  })
})
