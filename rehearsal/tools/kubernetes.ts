import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { runGo } from './go.js'
import { mainGo } from './kubernetes-main.js'
import type { Report } from './progress.js'

export const kubernetesVersion = '1.35.4'
/** The last number counts changes of how it is built. */
export const kubernetesFolder = `kubernetes-${kubernetesVersion}-1`
const etcdVersion = '3.6.5'

/**
 * Builds etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubelet as one static program `<out>/k8s`,
 * from published Go modules alone: no container engine and no release server is needed. About five minutes on two cores.
 */
export async function buildKubernetes(out: string, report: Report): Promise<void> {
  const progress = (doing: string, done?: number, total?: number): void =>
    report({ tool: 'kubernetes', doing, ...(total === undefined ? {} : { done: done ?? 0, total }) })

  const source = join(out, 'source')
  await mkdir(source)
  progress('resolving modules')
  await writeFile(join(source, 'go.mod'), goMod(await publishedGoMod(source)))
  await writeFile(join(source, 'main.go'), mainGo)

  const packages = await countPackages(source, (module) => progress(`downloading ${module}`))
  let built = 0
  progress('compiling', 0, packages)
  await runGo(['build', '-v', '-trimpath', '-ldflags', linkerFlags(), '-o', join(out, 'k8s'), '.'], {
    cwd: source,
    onLine: (line) => {
      built += 1
      // The command's own package is the last one; what follows is the linker's work, which is silent.
      progress(line === moduleName ? 'linking' : `compiling ${line}`, Math.min(built, packages), packages)
    },
  })
  await symlink('k8s', join(out, 'kubelet')) // the program looks at the name it was called by
}

const moduleName = 'lockstep-rehearsal-kubernetes'

/** The kubernetes module refers to its own parts by relative paths, which mean nothing to others: name what was published. */
export function goMod(kubernetes: string): string {
  const staging = `v0.${kubernetesVersion.slice(2)}`
  const parts = [...kubernetes.matchAll(/^\s*(k8s\.io\/[a-z0-9-]+) => \.\/staging/gm)].map((match) => match[1])
  return [
    `module ${moduleName}`,
    'go 1.25.0',
    'godebug default=go1.25',
    `require k8s.io/kubernetes v${kubernetesVersion}`,
    `require go.etcd.io/etcd/server/v3 v${etcdVersion}`,
    ...parts.map((part) => `replace ${part} => ${part} ${staging}`),
    '',
  ].join('\n')
}

async function publishedGoMod(cwd: string): Promise<string> {
  const answer = await runGo(['mod', 'download', '-json', `k8s.io/kubernetes@v${kubernetesVersion}`], { cwd })
  return readFile(z.object({ GoMod: z.string() }).parse(JSON.parse(answer)).GoMod, 'utf8')
}

/** Downloads what is needed on the way. Counts those that `go build -v` will name: the ones not in Go's build cache. */
async function countPackages(cwd: string, onDownload: (module: string) => void): Promise<number> {
  const answer = await runGo(['list', '-deps', '-trimpath', '-f', '{{if .Stale}}{{.ImportPath}}{{end}}', '.'], {
    cwd,
    onLine: (line) => {
      const module = /^go: downloading (\S+)/.exec(line)?.[1]
      if (module) onDownload(module)
    },
  })
  return answer.split('\n').filter(Boolean).length
}

function linkerFlags(): string {
  const variable = 'k8s.io/component-base/version'
  const minor = kubernetesVersion.split('.')[1]
  const set = [`gitVersion=v${kubernetesVersion}`, 'gitMajor=1', `gitMinor=${minor}`]
  return ['-s', '-w', ...set.map((assignment) => `-X ${variable}.${assignment}`)].join(' ')
}
