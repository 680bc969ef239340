import { z } from 'zod'
import * as format from './formats.js'
import { listShape, mapShape, namedShape } from './shapes.js'
import { kubernetesAspects } from './smoke-types.js'

// The keys of an item under `smoke-tests`, by the kind of check that they are for.

const status = 'an HTTP status'
const text = (expected: string) => z.string({ error: expected }).min(1, { error: expected })
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], { error: 'a text, a number, true or false' })

export const commonKeys = {
  name: text('a short text').optional().describe('What the report calls this check.'),
  timeout: format.durationFormat
    .optional()
    .describe(
      'How long it is asked again until it is right. Default: 1m; for `command` and `jupyterhub` 5m, for launches 8m.',
    ),
  'failure-threshold': format.countFormat
    .optional()
    .describe('After how many wrong answers it ends early. Default: it is asked again until `timeout` is over.'),
  'success-threshold': format.countFormat
    .optional()
    .describe('How many right answers in a row are needed. Default: 1.'),
  when: format.valuesPath.optional().describe('Only on clusters whose merged values have `true` at this path.'),
}

export const httpKeys = {
  http: format.httpUrl
    .optional()
    .describe('Fetch this URL. Placeholders: {host}, {cluster}, {namespace}, {values.a.path}, {secrets.NAME}.'),
  method: format
    .wordFormat(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    .optional()
    .describe('For `http`: the method. Default: GET.'),
  request: mapShape({
    headers: namedShape(z.string(), text('a text')).optional().describe('Headers of the request.'),
    body: text('a text').optional().describe('Body of the request.'),
  })
    .optional()
    .describe('For `http`, and the headers for `prometheus`: what is sent along.'),
  status: z
    .int({ error: status })
    .min(100, { error: status })
    .max(599, { error: status })
    .optional()
    .describe('For `http`: the expected HTTP status. Default: 200.'),
  body: format.patternFormat
    .optional()
    .describe('For `http`: a regular expression that the first 100 kB of the body must match, within one second.'),
  json: namedShape(z.string(), scalar)
    .optional()
    .describe('For `http`: what the body, read as JSON, must hold: paths such as checks.0.ok, and their values.'),
  headers: namedShape(z.string(), format.patternFormat)
    .optional()
    .describe("For `http`: regular expressions that the answer's headers must match."),
  redirects: z
    .int({ error: 'a whole number' })
    .min(0, { error: 'a number from 0 to 20' })
    .max(20, { error: 'a number from 0 to 20' })
    .optional()
    .describe('For `http`: how many redirects are followed. Default: 0, a redirect is an answer of its own.'),
  certificate: mapShape({
    days: format.countFormat.optional().describe('The certificate must be valid for so many days more. Default: 1.'),
    names: listShape(text('a host name')).optional().describe('Host names that it must be for, besides the URL’s own.'),
  })
    .optional()
    .describe('For `http` with https: what the TLS certificate must be.'),
  'port-forward': z
    .string({ error: 'a target as "service/NAME:PORT"' })
    .regex(/^(service|pod|deployment)\/[a-z0-9.{}-]+:\d+$/, { error: 'a target as "service/NAME:PORT"' })
    .optional()
    .describe('For `http`: ask this service in the cluster through the API server, past the public entry.'),
}

const atLeastZero = z.int({ error: 'a whole number' }).min(0, { error: 'a number of at least 0' })

export const kubernetesKeys = {
  kubernetes: listShape(format.wordFormat(kubernetesAspects))
    .min(1, { error: 'a list of at least one word' })
    .optional()
    .describe(
      "Look at the release's own objects: all `workloads` ready, `restarts` and `warnings` since the deploy, `volumes` bound, `addresses` of ingresses and load balancers.",
    ),
  'max-restarts': atLeastZero.optional().describe('For `kubernetes`: how many restarts are allowed. Default: 0.'),
  'max-warnings': atLeastZero.optional().describe('For `kubernetes`: how many warning events are allowed. Default: 0.'),
  ignore: listShape(text('a reason of events'))
    .optional()
    .describe('For `kubernetes`: reasons of warning events that do not count, such as Unhealthy.'),
}

const bound = (what: string) => z.number({ error: 'a number' }).optional().describe(`For \`prometheus\`: ${what}`)

export const prometheusKeys = {
  prometheus: text('a query in PromQL')
    .optional()
    .describe('Ask Prometheus this query; every series of the answer must keep the bounds. No data is inconclusive.'),
  url: format.httpUrl
    .optional()
    .describe('For `prometheus`: its address, without /api. For launches: that of BinderHub. Default: https://{host}.'),
  min: bound('the least value.'),
  max: bound('the greatest value.'),
  'min-ratio': bound('the least value, in times of what it was right before the deploy.'),
  'max-ratio': bound('the greatest value, in times of what it was right before the deploy.'),
}

export const commandKeys = {
  command: listShape(text('a text'))
    .min(1, { error: 'a list of a program and its arguments' })
    .optional()
    .describe(
      'Run this program (a list: the program, then its arguments; no shell) in the checked out repository. Exit code 0 is right, 75 inconclusive, any other wrong.',
    ),
  env: namedShape(z.string(), text('a text')).optional().describe('For `command`: environment variables for it.'),
}

/** A secret never stands in the policy itself. */
const secret = z
  .string({ error: 'a placeholder "{secrets.NAME}"' })
  .regex(/^\{secrets\.\w+\}$/, { error: 'a placeholder "{secrets.NAME}"' })

const name = (what: string) =>
  z.string({ error: `the name of a ${what}` }).regex(/^[\w.@-]+$/, { error: `the name of a ${what}` })

export const jupyterhubKeys = {
  jupyterhub: format.httpUrl
    .optional()
    .describe(
      'Start the server of a test user on this JupyterHub (address without /hub), run code in a kernel, and remove it.',
    ),
  user: name('user').optional().describe('For `jupyterhub`: the test user, who is nobody else.'),
  server: name('server').optional().describe('For `jupyterhub`: the name of its server. Default: its default server.'),
  version: text('a version').optional().describe('For `jupyterhub`: the version that the hub must tell.'),
}

export const launchKeys = {
  'binder-launch': format.repositoryFormat
    .optional()
    .describe('Build and launch this repository (owner/name) on the BinderHub, ask its server, and shut it down.'),
  'binder-build': format.repositoryFormat
    .optional()
    .describe(
      'The same for an image that was never built: a commit without a change is made on a branch of this GitHub repository, and the branch removed again.',
    ),
  ref: text('a commit, tag or branch')
    .optional()
    .describe('For launches: the commit, tag or branch. Default for `binder-build`: HEAD.'),
  provider: z
    .string({ error: 'a short name such as "gh"' })
    .regex(/^[a-z0-9]+$/, { error: 'a short name such as "gh"' })
    .optional()
    .describe('For `binder-launch`: what BinderHub calls the place of the repository. Default: gh.'),
  token: secret
    .optional()
    .describe(
      'For `jupyterhub`: an API token with the scopes servers and access:servers of the user (and admin:users to make the user). For `binder-build`: a GitHub token with contents: write on that repository.',
    ),
  'build-token': secret.optional().describe("For launches: a build token, which lifts BinderHub's limit of builds."),
  code: text('code')
    .optional()
    .describe(
      'For launches and `jupyterhub`: code to run in a kernel of the server. Default for `jupyterhub`: print(6 * 7).',
    ),
  output: format.patternFormat.optional().describe('For `code`: a regular expression that what it prints must match.'),
}
