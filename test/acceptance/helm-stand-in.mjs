#!/usr/bin/env node
// As much of Helm as a plan asks for. `dependency update` fetches what Chart.yaml names; `template` prints the chart's own
// templates, where `{{ .hub }}` is the dependency's version and `{{ .Values.KEY }}` what the last values file with KEY says.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const [command, ...args] = process.argv.slice(2)

const dependencyOf = async (chart) => {
  const text = await readFile(join(chart, 'Chart.yaml'), 'utf8')
  const [, name, version, repository] = /- name: (\S+)\s+version: (\S+)\s+repository: (\S+)/.exec(text) ?? []
  return { name, version, repository }
}

if (command === 'dependency') {
  const chart = args[1]
  const { name, version, repository } = await dependencyOf(chart)
  const answer = await fetch(`${repository}/charts/${name}-${version}.tgz`)
  if (!answer.ok) throw new Error(`no ${name} ${version} at ${repository}`)
  await mkdir(join(chart, 'charts'), { recursive: true })
  await writeFile(join(chart, 'charts', `${name}-${version}.tgz`), Buffer.from(await answer.arrayBuffer()))
} else if (command === 'template') {
  const chart = args[1]
  const files = args.filter((_, index) => args[index - 1] === '--values')
  const values = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n')
  const { version } = await dependencyOf(chart)
  const given = (key) => {
    const found = [...values.matchAll(new RegExp(`^${key}: (.*)$`, 'gm'))].at(-1)?.[1]
    if (found === undefined) throw new Error(`execution error: ${key} is required`)
    return found
  }
  for (const name of (await readdir(join(chart, 'templates'))).toSorted()) {
    const text = await readFile(join(chart, 'templates', name), 'utf8')
    const shown = text.replaceAll('{{ .hub }}', version).replace(/\{\{ \.Values\.(\w+) \}\}/g, (_, key) => given(key))
    process.stdout.write(`---\n# Source: meta/templates/${name}\n${shown}`)
  }
} else throw new Error(`The stand-in knows no "${command}"`)
