import { execa } from 'execa'
import { type Bench, below } from './figure.js'

/** A child of its own, for its memory: reads an index of 50,000 versions of one chart (20 MB), as a repository serves it. */
const child = `
import { chartVersions } from './build/shared/registry/chart-repository.js'
const entry = (n) => {
  const hash = n.toString(16).padStart(8, 'a')
  const version = \`1.0.0-0.dev.git.\${n}.h\${hash}\`
  return \`  - apiVersion: v2
    appVersion: 1.0.0
    created: "2024-08-08T18:05:34.413844784Z"
    description: \${'x'.repeat(160)}
    digest: \${hash.repeat(8)}
    name: hub
    urls:
    - https://charts.example/hub-\${version}.tgz
    version: \${version}
\`
}
const index = Buffer.from(\`apiVersion: v1\\nentries:\\n  hub:\\n\${Array.from({ length: 50_000 }, (_, n) => entry(n)).join('')}\`)
const before = process.cpuUsage()
const versions = await chartVersions(async () => new Response(index), 'https://charts.example', 'hub')
const { user, system } = process.cpuUsage(before)
const seconds = (user + system) / 1_000_000
console.log(JSON.stringify({ count: versions.length, seconds, memory: process.resourceUsage().maxRSS / 1_024, size: index.length }))
`

/** Processor time and peak memory of reading a huge chart repository. */
export const chartIndex: Bench = async () => {
  const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', child])
  const { count, seconds, memory } = JSON.parse(stdout) as { count: number; seconds: number; memory: number }
  if (count !== 50_000) throw new Error(`only ${count} of 50,000 versions were read`)
  return [below('chart-index', 'processor time', seconds, 's', 5), below('chart-index', 'memory', memory, 'MiB', 600)]
}
