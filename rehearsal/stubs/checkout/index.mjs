import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_REF, GITHUB_SHA, GITHUB_WORKSPACE, GITHUB_OUTPUT, GITHUB_STATE } =
  process.env
const input = (name) => process.env[`INPUT_${name.toUpperCase()}`] ?? ''

const directory = resolve(GITHUB_WORKSPACE, input('path'))
const ownRepository = input('repository').toLowerCase() === GITHUB_REPOSITORY.toLowerCase()
const depth = Number(input('fetch-depth'))
const key = `http.${GITHUB_SERVER_URL}/.extraheader`
const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${input('token')}`).toString('base64')}`

// The token goes through the environment: arguments can be read by every process of the machine.
const authorized = { ...process.env, GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: key, GIT_CONFIG_VALUE_0: header }
const git = (...args) =>
  execFileSync('git', args, {
    cwd: directory,
    env: authorized,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()

mkdirSync(directory, { recursive: true })
const address = `${GITHUB_SERVER_URL}/${input('repository')}.git`
if (existsSync(join(directory, '.git'))) {
  git('remote', 'set-url', 'origin', address)
  git('clean', '--quiet', '-ffdx')
  git('reset', '--quiet', '--hard')
} else {
  git('init', '--quiet')
  git('remote', 'add', 'origin', address)
}

const wanted = input('ref') || (ownRepository ? GITHUB_REF : '')
const commit = input('ref') === '' && ownRepository ? GITHUB_SHA : undefined
if (depth === 0) {
  git('fetch', '--quiet', 'origin', '+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*')
}
git('fetch', '--quiet', ...(depth > 0 ? [`--depth=${depth}`] : []), 'origin', commit ?? (wanted || 'HEAD'))
const branch = /^refs\/heads\/(.+)$/.exec(wanted)?.[1]
const isBranch = branch ?? (/^[0-9a-f]{40}$|^refs\/|^$/.test(wanted) ? undefined : wanted)
if (isBranch) git('checkout', '--quiet', '-B', isBranch, 'FETCH_HEAD')
else git('checkout', '--quiet', '--detach', 'FETCH_HEAD')

const head = git('rev-parse', 'HEAD')
if (input('persist-credentials') === 'true') {
  appendFileSync(join(directory, '.git', 'config'), `[http "${GITHUB_SERVER_URL}/"]\n\textraheader = ${header}\n`)
  appendFileSync(GITHUB_STATE, `directory=${directory}\nkey=${key}\n`)
}
appendFileSync(GITHUB_OUTPUT, `ref=${wanted}\ncommit=${head}\n`)
process.stdout.write(`${input('repository')} ${wanted || 'HEAD'} is ${head}\n`)
