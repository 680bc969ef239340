import { mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { expect, inject, test } from 'vitest'
import { planFleet } from '../../actions/helm-deploy/plan/plan-fleet.js'
import { readIsolation } from '../../rehearsal/isolate/inside.js'
import { workspaceAt } from '../../shared/foundation/workspace.js'
import { parsePolicy } from '../../shared/policy/policy.js'
import { realRuntime } from '../../shared/runtime/real-runtime.js'
import { hasRealData, listReal, readReal, realData } from '../fixtures/real-data.js'

const folder = 'jupyterhub-mybinder.org-deploy'

/** The real values of every cluster, with a chart that renders all of them in the place of one that cannot be fetched here. */
async function realRepository(root: string, policy: string): Promise<void> {
  const real = listReal(folder).filter((path) => path.startsWith('config/') || path === 'mybinder/values.yaml')
  const encrypted = parsePolicy(policy).clusters.map(
    ({ name }) => [`secrets/config/${name}.yaml`, '\0GITCRYPT\0'] as const,
  )
  const files = {
    ...Object.fromEntries(real.map((path) => [path, readReal(`${folder}/${path}`)])),
    ...Object.fromEntries(encrypted),
    'mybinder/Chart.yaml': 'apiVersion: v2\nname: mybinder\nversion: 0.0.1\n',
    'mybinder/templates/all.yaml': `{{- range $key, $value := .Values }}
---
apiVersion: v1
kind: ConfigMap
metadata: { name: {{ $key | lower | quote }} }
data:
  values: {{ toYaml $value | quote }}
{{- end }}
`,
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
}

test.skipIf(!hasRealData)(
  `a line in one cluster's file of a real federation affects that cluster and no other (${realData})`,
  async () => {
    const dir = await mkdtemp(join(readIsolation()?.dir ?? '', 'plan-'))
    const [root, bin] = [join(dir, 'deploy'), join(dir, 'bin')]
    const text = await readFile(new URL('../fixtures/policy-example.yml', import.meta.url), 'utf8')
    const policy = { ...parsePolicy(text), components: [] }
    await realRepository(root, text)
    const git = async (...args: string[]): Promise<string> =>
      (await execa('git', ['-c', 'user.name=ada', '-c', 'user.email=ada@example.org', ...args], { cwd: root })).stdout
    await git('init', '--quiet')
    await git('add', '.')
    await git('commit', '--quiet', '-m', 'as it is')
    const base = await git('rev-parse', 'HEAD')

    await mkdir(bin)
    await symlink(inject('tools').helm4, join(bin, 'helm'))
    const runtime = realRuntime(
      { ...process.env, GITHUB_WORKSPACE: root },
      new AbortController().signal,
      (text) => text,
    )
    const exec: typeof runtime.exec = (program, args, options) =>
      runtime.exec(program === 'helm' ? join(bin, 'helm') : program, args, options)
    const context = {
      ...{ policy, workspace: workspaceAt(root) },
      ...{ world: { ...runtime, exec }, github: runtime.github('none') },
    }
    const plan = async () =>
      planFleet(context, {
        clusters: policy.clusters.map((cluster) => ({ cluster, base })),
        ...{ token: 'none', target: undefined, temp: await mkdtemp(join(dir, 'temp-')) },
      })

    expect((await plan()).map(({ affected }) => affected)).toEqual(policy.clusters.map(() => false))

    for (const { name } of policy.clusters) {
      const file = join(root, 'config', `${name}.yaml`)
      const before = await readFile(file, 'utf8')
      const line = before.split('\n').find((candidate) => /^\w+Enabled: \w+$/.test(candidate))
      await writeFile(file, line ? before.replace(line, `${line.split(':')[0]}: changed`) : `${before}\nadded: line\n`)
      const plans = await plan()
      await writeFile(file, before)

      expect(plans.filter(({ affected }) => affected)).toMatchObject([
        { cluster: name, cause: 'rendering', files: [`config/${name}.yaml`], dangers: [] },
      ])
    }

    await writeFile(join(root, 'mybinder/values.yaml'), `${readReal(`${folder}/mybinder/values.yaml`)}\nadded: line\n`)
    expect((await plan()).map(({ affected }) => affected)).toEqual(policy.clusters.map(() => true))
  },
)
