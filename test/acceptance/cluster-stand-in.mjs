#!/usr/bin/env node
// As much of a cluster as a deploy asks for, by the name it is started as: `kubectl` and `helm`. What there is lies beside it in
// cluster.json: `configMaps` and `releases` (a list of revisions) by `<namespace>/<name>`, `broken` releases with what Helm says;
// `readOnly` is a namespace; `down`: nothing answers.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'

const [, program, ...args] = process.argv
const option = (name) => args[args.indexOf(name) + 1]
const file = new URL('cluster.json', import.meta.url)
const cluster = JSON.parse(await readFile(file, 'utf8'))
const namespace = option('--namespace')
const at = (name) => `${namespace}/${name}`

const save = async () => {
  await writeFile(`${file.pathname}.new`, JSON.stringify(cluster))
  await rename(`${file.pathname}.new`, file)
}
const print = (value) => process.stdout.write(JSON.stringify(value))
const fail = (text) => {
  process.stderr.write(`Error: ${text}\n`)
  process.exit(1)
}

const readInput = async () => {
  const chunks = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks))
}

const namespaceNamed = (name) => ({ kind: 'Namespace', metadata: { name, uid: `uid of ${name}` } })

async function kubectl() {
  if (cluster.down) fail('Unable to connect to the server: dial tcp 10.0.0.1:6443: connect: connection refused')
  const [verb, kind, name] = args.filter((arg, index) => !arg.startsWith('--') && args[index - 1] !== '--namespace')
  if (verb === 'apply') {
    if (cluster.readOnly === namespace) fail('configmaps is forbidden')
    const object = await readInput()
    cluster.configMaps[at(object.metadata.name)] = object
    print(object)
    return save()
  }
  if (args.includes('--filename')) {
    const items = (await readInput()).items.flatMap(({ kind, metadata }) => {
      if (kind === 'Namespace') return [namespaceNamed(metadata.name)]
      const found = cluster.configMaps[`${metadata.namespace}/${metadata.name}`]
      return found ? [{ ...found, kind, metadata }] : []
    })
    return print({ kind: 'List', items })
  }
  if (kind === 'namespace') return print(namespaceNamed(name))
  if (kind === 'configmap') return cluster.configMaps[at(name)] && print(cluster.configMaps[at(name)])
  if (kind === 'secret') {
    const [, release, revision] = /^sh\.helm\.release\.v1\.(.+)\.v(\d+)$/.exec(name)
    return cluster.releases[at(release)]?.[revision - 1] && print({ metadata: { creationTimestamp: new Date() } })
  }
  print({ items: [] })
}

async function helm() {
  const [command, name, what] = args
  if (command === 'version') return process.stdout.write('v3.99.0')
  if (command === 'dependency' || command === 'template') return import('./helm-stand-in.mjs')
  // No CRDs, and nothing in any manifest.
  if (command === 'show' || command === 'get') return
  if (command === 'history') {
    const revisions = cluster.releases[at(name)]
    return revisions ? print(revisions.slice(-Number(option('--max')))) : fail('release: not found')
  }
  const release = command === 'upgrade' ? args[2] : name
  const revisions = cluster.releases[at(release)]
  const broken = command === 'upgrade' ? cluster.broken[at(release)] : undefined
  for (const one of revisions) if (!broken && one.status === 'deployed') one.status = 'superseded'
  const description = command === 'upgrade' ? option('--description') : `Rollback to ${what}`
  revisions.push({ revision: revisions.length + 1, status: broken ? 'failed' : 'deployed', description })
  cluster.done.push(`${command} ${at(release)}`)
  await save()
  if (broken) fail(broken)
}

await (basename(program) === 'kubectl' ? kubectl() : helm())
