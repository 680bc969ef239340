import { createSign } from 'node:crypto'
import { appendFileSync } from 'node:fs'

const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_OUTPUT, GITHUB_STATE } = process.env
const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim()

const app = input('client-id') || input('app-id')
const [currentOwner, currentName] = GITHUB_REPOSITORY.split('/')
const owner = input('owner') || currentOwner
const named = input('repositories')
  .split(/[\n,]/)
  .map((name) => name.trim())
  .filter(Boolean)
const repositories = named.length > 0 || input('owner') ? named : [currentName]
const permissions = Object.entries(process.env).flatMap(([name, value]) => {
  const [, permission] = /^INPUT_PERMISSION-(.+)$/.exec(name) ?? []
  return permission && value ? [[permission.toLowerCase().replaceAll('-', '_'), value]] : []
})

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const now = Math.floor(Date.now() / 1000)
const unsigned = `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded({ iss: app, iat: now - 30, exp: now + 540 })}`
const jwt = `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(input('private-key').replaceAll('\\n', '\n'), 'base64url')}`

async function call(method, path, body) {
  const headers = {
    authorization: `Bearer ${jwt}`,
    accept: 'application/vnd.github+json',
    'content-type': 'application/json',
  }
  const response = await fetch(`${GITHUB_API_URL}${path}`, { method, headers, body: body && JSON.stringify(body) })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response.json()
}

try {
  const of = repositories.length > 0 ? `/repos/${owner}/${repositories[0]}` : `/users/${owner}`
  const installation = await call('GET', `${of}/installation`)
  const { token } = await call('POST', `/app/installations/${installation.id}/access_tokens`, {
    ...(repositories.length > 0 && { repositories }),
    ...(permissions.length > 0 && { permissions: Object.fromEntries(permissions) }),
  })
  process.stdout.write(`::add-mask::${token}\n`)
  appendFileSync(
    GITHUB_OUTPUT,
    `token=${token}\ninstallation-id=${installation.id}\napp-slug=${installation.app_slug}\n`,
  )
  if (input('skip-token-revoke') !== 'true') appendFileSync(GITHUB_STATE, `token=${token}\n`)
} catch (error) {
  process.stdout.write(`::error::${error.message.replaceAll('%', '%25').replaceAll('\n', '%0A')}\n`)
  process.exitCode = 1
}
