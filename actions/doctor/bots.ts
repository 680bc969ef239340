import { parse } from 'yaml'
import { z } from 'zod'
import { UserError } from '../../shared/foundation/errors.js'
import { policyFile } from '../../shared/foundation/workspace.js'
import { appJwt } from '../../shared/github/app-jwt.js'
import { hasStatus } from '../../shared/github/errors.js'
import { checkSetting, type Seen, type SettingCheck } from './check.js'
import type { AppBot, AppName, DoctorFacts } from './facts.js'
import { lookAt } from './look.js'
import type { Tools } from './tools.js'

type Asking = Pick<Tools, 'world' | 'github' | 'keys'>

const names: AppName[] = ['gate', 'bump']

/** Asks GitHub as whom each App writes. `refused`: the key is not one of the App with this id. */
export async function findBots(
  { world, github, keys }: Asking,
  ids: Record<AppName, number | undefined>,
): Promise<Record<AppName, Seen<AppBot | 'refused'>>> {
  const find = async (app: AppName): Promise<Seen<AppBot | 'refused'>> => {
    const id = ids[app]
    if (id === undefined || keys[app] === '') return { unseen: 'This job does not have the key of that App.' }
    const self = world.github(appJwt(id, keys[app], world.clock.now()))
    return lookAt(async () => {
      try {
        const slug = (await self.rest.apps.getAuthenticated()).data?.slug ?? ''
        const { data } = await github.rest.users.getByUsername({ username: `${slug}[bot]` })
        return { id: data.id, login: data.login }
      } catch (error) {
        if (hasStatus(error, 401)) return 'refused'
        throw error
      }
    })
  }
  const [gate, bump] = await Promise.all([find('gate'), find('bump')])
  return { gate, bump }
}

/** The policy's numbers of the Apps' bots: with a wrong one nothing that the App writes is believed. */
export const botChecks = ({ bots, policy }: DoctorFacts): SettingCheck[] =>
  names.map((app) => {
    const { id, bot } = policy.apps[app]
    return checkSetting(
      `The policy has the bot of the ${app} App`,
      bots[app],
      `Compare "apps.${app}.bot" in ${policyFile} with the output of gh api '/users/SLUG[bot]' --jq .id; SLUG is in the App's public link.`,
      (found) => {
        if (found === 'refused')
          return {
            finding: 'app-key-refused',
            wrong: `The key does not belong to the App ${id}.`,
            fix: `Correct "apps.${app}.id", or the key.`,
          }
        if (found.id === bot) return `It is ${found.id} (${found.login}).`
        return {
          finding: 'bot-number-wrong',
          wrong: `The policy has ${bot}, but ${found.login} is ${found.id}.`,
          fix: `In ${policyFile} write: ${app}: { id: ${id}, bot: ${found.id} }`,
        }
      },
    )
  })

const one = z.union([z.int(), z.looseObject({ id: z.int() }).transform(({ id }) => id)]).optional()
const appsSchema = z.object({ apps: z.object({ gate: one.catch(undefined), bump: one.catch(undefined) }) })
const wholeSchema = z.object({ apps: z.record(z.enum(['gate', 'bump']), z.object({ id: z.int(), bot: z.int() })) })

/**
 * A policy's error with the line that its `apps` have to be, where these are what is wrong: as they were written before a bot had to
 * be named, or without its number.
 */
export async function withAppsLine(error: unknown, asking: Asking, text: string | undefined): Promise<unknown> {
  if (!(error instanceof UserError) || error.reason !== 'policy-invalid' || text === undefined) return error
  const data = dataOf(text)
  const { data: written } = appsSchema.safeParse(data)
  if (!written || wholeSchema.safeParse(data).success) return error
  const bots = await findBots(asking, { gate: written.apps.gate, bump: written.apps.bump })
  const parts = names.map((app) => {
    const found = bots[app]
    const bot = 'value' in found && found.value !== 'refused' ? found.value.id : 'NUMBER'
    return `${app}: { id: ${written.apps[app] ?? 'APP_ID'}, bot: ${bot} }`
  })
  const { reason, message, fix, at } = error
  const line = `In ${policyFile} write: apps: { ${parts.join(', ')} }`
  return new UserError(reason, message, { fix: `${line}\n${fix}`, at, cause: error })
}

function dataOf(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 })
  } catch {
    return undefined
  }
}
