import type { z } from 'zod'
import { mapShape } from './shapes.js'
import {
  commandKeys,
  commonKeys,
  httpKeys,
  jupyterhubKeys,
  kubernetesKeys,
  launchKeys,
  prometheusKeys,
} from './smoke-keys.js'

/** The kinds of checks: which keys an item must have besides its kind's, and which it may have. */
const kinds: Record<string, { needs: string[]; may: string[] }> = {
  http: {
    needs: [],
    may: ['method', 'request', 'status', 'body', 'json', 'headers', 'redirects', 'certificate', 'port-forward'],
  },
  kubernetes: { needs: [], may: ['max-restarts', 'max-warnings', 'ignore'] },
  prometheus: { needs: ['url'], may: ['request', 'min', 'max', 'min-ratio', 'max-ratio'] },
  command: { needs: [], may: ['env'] },
  jupyterhub: { needs: ['user', 'token'], may: ['server', 'version', 'code', 'output'] },
  'binder-launch': { needs: ['ref'], may: ['url', 'provider', 'code', 'output', 'build-token'] },
  'binder-build': { needs: ['token'], may: ['url', 'ref', 'code', 'output', 'build-token'] },
}

const bounds = ['min', 'max', 'min-ratio', 'max-ratio']

/** One item under `smoke-tests`. A flat map, so that the error about a misspelt key can name the right one. */
export const checkSchema = mapShape({
  ...httpKeys,
  ...kubernetesKeys,
  ...prometheusKeys,
  ...commandKeys,
  ...jupyterhubKeys,
  ...launchKeys,
  ...commonKeys,
}).check(({ value, issues }) => {
  if (issues.length > 0) return
  const complain = (message: string, fix: string): void => {
    issues.push({ code: 'custom', input: value, message, params: { fix } })
  }
  const given = Object.keys(value).filter((key) => value[key as keyof typeof value] !== undefined)
  const [kind, second] = Object.keys(kinds).filter((name) => given.includes(name))
  const rule = kind === undefined ? undefined : kinds[kind]
  if (kind === undefined || !rule) return complain('has no check', `Add one of: ${Object.keys(kinds).join(', ')}.`)
  if (second) return complain(`has two checks: "${kind}" and "${second}"`, 'Write two items.')
  const known = [kind, ...rule.needs, ...rule.may, ...Object.keys(commonKeys)]
  for (const key of given.filter((name) => !known.includes(name)))
    complain(`has "${key}", which "${kind}" does not use`, `Remove "${key}".`)
  if (kind === 'prometheus' && !given.some((key) => bounds.includes(key)))
    complain('has no bound', `Add one of: ${bounds.join(', ')}.`)
  for (const key of rule.needs.filter((name) => !given.includes(name)))
    complain(`lacks "${key}", which "${kind}" needs`, `Add "${key}:" to it.`)
})

export type CheckEntry = z.output<typeof checkSchema>
