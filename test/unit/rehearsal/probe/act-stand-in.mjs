#!/usr/bin/env node
// Stands in for act in the probe's tests: runs the `run` steps of the one job, with bash, and speaks act's log.
// What it knows of expressions is what the probe's own workflows use inside of a job.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const option = (name) => process.argv[process.argv.indexOf(name) + 1]
const read = (name) => JSON.parse(readFileSync(option(name), 'utf8'))
const [[id, job]] = Object.entries(JSON.parse(readFileSync(option('--workflows'), 'utf8')).jobs)
const [secrets, variables, facts] = ['--secret-file', '--var-file', '--env-file'].map(read)
const context = JSON.parse(variables.REHEARSAL_CONTEXT)
const matrix = job.strategy?.matrix?.include?.[0] ?? {}
const temp = mkdtempSync(join(process.cwd(), 'temp-'))
const output = join(temp, 'output')
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

const resolved = (expression) => {
  const path = expression.trim()
  if (path === 'github.token') return secrets.GITHUB_TOKEN
  if (path.startsWith('matrix.')) return matrix[path.slice(7)]
  const carried = /^fromJSON\(vars\.REHEARSAL_CONTEXT\)\.(.+)$/.exec(path)
  if (!carried) throw new Error(`The stand-in for act does not know ${path}`)
  return carried[1].split('.').reduce((value, key) => value?.[key], context)
}
const filled = (text) => String(text).replace(/\$\{\{(.*?)\}\}/g, (_, expression) => String(resolved(expression) ?? ''))

let failed = false
for (const [index, step] of job.steps.entries()) {
  const stepID = [step.id ?? String(index)]
  if (failed) continue
  say({ msg: '⭐ Run Main', stage: 'Main', step: step.name ?? step.run.split('\n')[0], stepID })
  writeFileSync(output, '')
  const own = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, value]) => [key, filled(value)]))
  const env = { ...process.env, ...facts, ...own, GITHUB_OUTPUT: output, RUNNER_TEMP: temp }
  const code = await new Promise((done) => {
    const child = spawn('bash', ['-e', '-c', filled(step.run)], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => say({ msg: String(text), raw_output: true, stage: 'Main', stepID }))
    child.on('close', done)
  })
  for (const line of readFileSync(output, 'utf8').split('\n').filter(Boolean)) {
    const [name, ...rest] = line.split('=')
    say({ msg: '', command: 'set-output', name, arg: rest.join('='), stepID })
  }
  failed = code !== 0
  say({ msg: 'ended', stage: 'Main', stepID, stepResult: failed ? 'failure' : 'success' })
}
say({ msg: id, jobResult: failed ? 'failure' : 'success' })
