import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { applyCrds } from '../../actions/helm-deploy/release/crds.js'
import { runKubectl } from '../../rehearsal/cluster/kubectl.js'
import { readIsolation } from '../../rehearsal/isolate/inside.js'
import { execIn } from '../../shared/exec/exec.js'
import { helmFor } from '../../shared/helm/helm.js'
import { kubectlFor } from '../../shared/kube/kubectl.js'
import { helmProgram } from '../fixtures/namespace-cluster.js'

const cancelled = new AbortController().signal
let dir: string
const exec = execIn('/', cancelled)
const admin = kubectlFor((_, ...rest) => exec(inject('tools').kubectl, ...rest), inject('kubeconfig'), 'default')

const crd = (plural: string, group: string, description: string): string => `# made for a test
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: ${plural}, plural: ${plural} }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, description: ${description} } }
`

/** A chart with a CRD of its own and one in a dependency. */
async function chart(group: string, description: string): Promise<string> {
  const root = join(await mkdtemp(join(dir, 'chart-')), 'web')
  const files = {
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{ name: sub, version: 1.0.0 }]\n',
    'crds/own.yaml': crd('gadgets', group, description),
    'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
    'charts/sub/crds/its.yaml': crd('widgets', group, description),
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}

beforeAll(async () => {
  dir = await mkdtemp(join(readIsolation()?.dir ?? '', 'crds-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

describe.each([3, 4] as const)('with Helm %i', (major) => {
  const group = `helm${major}.example.org`
  afterAll(() => {
    const names = ['gadgets', 'widgets'].map((plural) => `customresourcedefinition/${plural}.${group}`)
    return runKubectl(inject('tools').kubectl, inject('kubeconfig'), ['delete', '--ignore-not-found', ...names])
  })
  const described = async (plural: string): Promise<unknown> => {
    const found = (await admin.get('customresourcedefinition', `${plural}.${group}`)) as Crd | undefined
    return found?.spec.versions[0]?.schema.openAPIV3Schema.description
  }
  const bring = async (policy: 'skip' | 'create' | 'replace', description: string) => {
    const helm = helmFor((_, ...rest) => exec(helmProgram(major), ...rest), inject('kubeconfig'), 'default')
    const runtime = { log: { info: () => {} }, clock: { sleep: () => Promise.resolve() } }
    const made = { chart: await chart(group, description), values: [] }
    return applyCrds({ helm, kubectl: admin }, made, policy, runtime as never)
  }

  test('CRDs of the chart and of what it depends on are left alone, made, and replaced, as the policy says', async () => {
    expect(await bring('skip', 'first')).toMatch(/^"crds: skip"/)
    expect(await described('gadgets')).toBeUndefined()

    expect(await bring('create', 'first')).toMatch(/^"crds: create": created \S+, \S+\.$/)
    expect([await described('gadgets'), await described('widgets')]).toEqual(['first', 'first'])

    expect(await bring('create', 'second')).toMatch(/^"crds: create": kept unchanged:/)
    expect(await described('widgets')).toBe('first')

    expect(await bring('replace', 'second')).toMatch(/^"crds: replace": replaced/)
    expect([await described('gadgets'), await described('widgets')]).toEqual(['second', 'second'])
  })
})

interface Crd {
  spec: { versions: { schema: { openAPIV3Schema: { description?: string } } }[] }
}
