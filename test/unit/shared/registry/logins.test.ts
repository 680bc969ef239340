import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dockerLogins } from '../../../../shared/registry/logins.js'

const auth = Buffer.from('robot:hun:ter2').toString('base64')
const robot = { user: 'robot', password: 'hun:ter2' }

const loginsOf = (config: unknown) => dockerLogins({ DOCKER_AUTH_CONFIG: JSON.stringify(config) }, () => {})

test.each([
  ['quay.io', 'quay.io'],
  ['https://quay.io', 'quay.io'],
  ['localhost:5000', 'localhost:5000'],
  ['https://index.docker.io/v1/', 'registry-1.docker.io'],
])('the login that Docker keeps as %s is for %s', async (key, host) => {
  expect(await loginsOf({ auths: { [key]: { auth } } })(host)).toEqual(robot)
  expect(await loginsOf({ auths: { [key]: { auth } } })('other.example')).toBeUndefined()
})

test('what a credential helper keeps is no login', async () => {
  expect(await loginsOf({ auths: { 'quay.io': {} }, credsStore: 'desktop' })('quay.io')).toBeUndefined()
})

test("Docker's file is read where it is, and passwords are masked before they are used", async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-docker-'))
  try {
    await writeFile(join(dir, 'config.json'), JSON.stringify({ auths: { 'quay.io': { auth } } }))
    const masked: string[] = []
    expect(await dockerLogins({ DOCKER_CONFIG: dir }, (secret) => masked.push(secret))('quay.io')).toEqual(robot)
    expect(masked).toEqual([robot.password, auth])
  } finally {
    await rm(dir, { recursive: true })
  }
  expect(await dockerLogins({ DOCKER_CONFIG: dir }, () => {})('quay.io')).toBeUndefined()
})

test('a file that is wrong is an error that shows nothing of it', async () => {
  const wrong = dockerLogins(
    { DOCKER_AUTH_CONFIG: '{"auths": {"quay.io": {"auth": 5, "password": "hunter2"}}}' },
    () => {},
  )
  await expect(wrong('quay.io')).rejects.toMatchObject({ reason: 'input-invalid' })
  await expect(wrong('quay.io')).rejects.not.toThrow(/hunter2/)
})
