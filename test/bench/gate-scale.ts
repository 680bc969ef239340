import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { type Bench, below, type Figure } from './figure.js'
import { type Side, startScaleServer } from './gate-scale-server.js'

const name = 'gate-scale'

interface Said {
  seconds: number
  /** Of the process, also while others had the machine. */
  cpu: number
  green: boolean
  tier: string
  kinds: string[]
  files: number
  complete: boolean
}

/** How the gate decides changes that are as large as GitHub takes them: from two commits to what is missing, a fresh process each. */
export const gateScale: Bench = async () => {
  const many = await decided('3,000 files', manyFiles(3_000, 1), manyFiles(3_000, 2))
  expectSaid(many, { tier: 'T1', files: 3_000, complete: true })
  const large = await decided('10 MB of manifests', manifests(1), manifests(2))
  expectSaid(large, { tier: 'T3', files: 40, complete: true })
  const tooMany = await decided('3,001 files', manyFiles(3_001, 1), manyFiles(3_001, 2))
  // The first 3,000 are looked at, and the rest is unknown.
  expectSaid(tooMany, { green: false, files: 3_000, complete: false })
  console.error(
    `gate-scale: ${many.said.cpu.toFixed(2)} s of processor time for 3,000 files, ${large.said.cpu.toFixed(2)} s for 10 MB`,
  )
  return [
    below(name, '3,000 files: requests', many.requests, 'requests', 41),
    below(name, '3,000 files: time', many.said.seconds, 's', 2),
    below(name, '3,000 files: memory', many.mebibytes, 'MiB', 500),
    below(name, '10 MB of manifests: time', large.said.seconds, 's', 10),
    below(name, '10 MB of manifests: memory', large.mebibytes, 'MiB', 500),
    truth('3,001 files: asks for review', tooMany.said.kinds.includes('unknown') && !tooMany.said.green),
  ]
}

const truth = (figure: string, holds: boolean): Figure => ({
  ...{ bench: name, figure, value: holds ? 1 : 0, unit: 'of 1', goal: '= 1', ok: holds },
})

/** Values, templates and programs of so many different texts. */
function manyFiles(count: number, version: number): Side {
  const paths = ['config/member-#.yaml', 'site/templates/part-#.yaml', 'images/a/part-#.py', 'site/crds-#.yaml']
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const path = (paths[index % paths.length] ?? '').replace('#', String(index))
      const body =
        index % paths.length === 1 ? `kind: Deployment\nmetadata: { name: a${index} }\n` : `web: { number: ${index} }\n`
      return [path, `${body}replicas: ${version}\n`]
    }),
  )
}

/** 40 files of 250 kB of Kubernetes objects. */
function manifests(version: number): Side {
  const object = (file: number, index: number): string =>
    `---\napiVersion: v1\nkind: ${index % 50 === 0 ? 'PersistentVolumeClaim' : 'ConfigMap'}\nmetadata:\n  name: part-${file}-${index}\ndata:\n  version: "${version}"\n  text: ${'x'.repeat(800)}\n`
  return new Map(
    Array.from({ length: 40 }, (_, file) => [
      `manifests/part-${file}.yaml`,
      Array.from({ length: 274 }, (_, index) => object(file, index)).join(''),
    ]),
  )
}

async function decided(what: string, base: Side, head: Side) {
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-bench-'))
  await using server = await startScaleServer(base, head)
  try {
    const memory = join(dir, 'memory')
    const run = join(import.meta.dirname, 'gate-scale-run.js')
    const { stdout } = await execa(
      process.execPath,
      ['--import', join(import.meta.dirname, 'peak-memory.js'), run, server.url],
      {
        env: { PEAK_MEMORY_FILE: memory },
      },
    )
    const said = JSON.parse(stdout) as Said
    return { what, said, requests: server.requests, mebibytes: Number(await readFile(memory, 'utf8')) / 1024 }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function expectSaid({ what, said }: { what: string; said: Said }, wanted: Partial<Said>): void {
  const wrong = Object.entries(wanted).filter(([key, value]) => said[key as keyof Said] !== value)
  if (wrong.length > 0) throw new Error(`${what}: ${JSON.stringify(said)} is not ${JSON.stringify(wanted)}`)
}
