import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../foundation/errors.js'
import { parseImageName } from './image-name.js'

/** A user of a registry. Never for logs, errors or arguments. */
export interface Login {
  user: string
  password: string
}

/** The login for a registry's host (and port), where there is one. */
export type LoginFor = (host: string) => Promise<Login | undefined>

const configSchema = z.object({
  auths: z
    .record(
      z.string(),
      z.object({ auth: z.string().optional(), username: z.string().optional(), password: z.string().optional() }),
    )
    .default({}),
})

/**
 * The logins that `docker login` left on this machine, which Helm uses as well: the file's text in `DOCKER_AUTH_CONFIG`, or
 * `config.json` in `DOCKER_CONFIG` or `~/.docker`. Read only once a registry asks for a login. Passwords in a credential
 * helper's keeping are not seen.
 *
 * @param mask told of every password before it is used
 */
export function dockerLogins(env: NodeJS.ProcessEnv, mask: (secret: string) => void): LoginFor {
  return async (host) => {
    const { auths } = parse(env.DOCKER_AUTH_CONFIG || (await configFile(env)))
    const entry = Object.entries(auths).find(([key]) => hostOf(key) === host)?.[1]
    const [user, password] =
      entry?.auth === undefined
        ? [entry?.username, entry?.password]
        : halves(Buffer.from(entry.auth, 'base64').toString())
    if (!user || !password) return undefined
    for (const secret of [password, basicAuth({ user, password })]) mask(secret)
    return { user, password }
  }
}

/** As it stands in the header, after `Basic `. */
export const basicAuth = ({ user, password }: Login): string => Buffer.from(`${user}:${password}`).toString('base64')

const configFile = async (env: NodeJS.ProcessEnv): Promise<string> => {
  const folder = env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker')
  return readFile(join(folder, 'config.json'), 'utf8').catch(() => '{}')
}

function parse(text: string): z.infer<typeof configSchema> {
  try {
    return configSchema.parse(JSON.parse(text))
  } catch {
    // What is wrong with it is not told: passwords are in it.
    throw new UserError(
      'input-invalid',
      'The logins to registries (DOCKER_AUTH_CONFIG, or config.json of Docker) are not valid.',
      {
        fix: 'Run "docker login" in a step before this one.',
      },
    )
  }
}

function halves(text: string): [string, string] {
  const colon = text.indexOf(':')
  return [text.slice(0, colon), text.slice(colon + 1)]
}

/** Docker writes `https://index.docker.io/v1/` for its own hub, and just the host for all others. */
const hostOf = (key: string): string => parseImageName(`${key.replace(/^https?:\/\//, '').replace(/\/.*$/, '')}/x`).host
