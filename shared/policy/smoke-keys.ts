import { z } from 'zod'
import * as format from './formats.js'
import { listShape, mapShape, namedShape } from './shapes.js'
import { kubernetesAspects } from './smoke-types.js'

// The keys of an item under `smoke-tests`, by the kind of check that they are for.

const status = 'an HTTP status'
const text = (expected: string) => z.string({ error: expected }).min(1, { error: expected })
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], { error: 'a text, a number, true or false' })

export const commonKeys = {
  name: text('a short text').optional().describe('Name of this check in reports.'),
  timeout: format.durationFormat
    .optional()
    .describe(
      'How long a failing check is repeated. Default: 1m; 5m for `command` and `jupyterhub`; 8m for `binder-launch` and `binder-build`.',
    ),
  'failure-threshold': format.countFormat
    .optional()
    .describe('Number of failures after which the check stops before its `timeout`. Default: no limit.'),
  'success-threshold': format.countFormat
    .optional()
    .describe('Number of successes in a row that the check needs. Default: 1.'),
  when: format.valuesPath
    .optional()
    .describe('Runs the check only on clusters whose merged values are `true` at this path. Default: on all clusters.'),
}

export const httpKeys = {
  http: format.httpUrl
    .optional()
    .describe('Requests this URL. Placeholders: {host}, {cluster}, {namespace}, {values.a.path}, {secrets.NAME}.'),
  method: format
    .wordFormat(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    .optional()
    .describe('For `http`: the method of the request. Default: GET.'),
  request: mapShape({
    headers: namedShape(z.string(), text('a text')).optional().describe('Headers of the request.'),
    body: text('a text').optional().describe('Body of the request.'),
  })
    .optional()
    .describe('For `http`: headers and body of the request. For `prometheus`: only headers.'),
  status: z
    .int({ error: status })
    .min(100, { error: status })
    .max(599, { error: status })
    .optional()
    .describe('For `http`: the expected HTTP status. Default: 200.'),
  body: format.patternFormat
    .optional()
    .describe(
      'For `http`: regular expression that the body of the response must match. Only the first 100 kB are matched, for at most one second.',
    ),
  json: namedShape(z.string(), scalar)
    .optional()
    .describe('For `http`: values that the JSON response must contain, by path, such as checks.0.ok.'),
  headers: namedShape(z.string(), format.patternFormat)
    .optional()
    .describe('For `http`: regular expressions that the headers of the response must match.'),
  redirects: z
    .int({ error: 'a whole number' })
    .min(0, { error: 'a number from 0 to 20' })
    .max(20, { error: 'a number from 0 to 20' })
    .optional()
    .describe('For `http`: how many redirects to follow. With 0, the redirect itself is the response. Default: 0.'),
  certificate: mapShape({
    days: format.countFormat
      .optional()
      .describe('Number of days for which the certificate must still be valid. Default: 1.'),
    names: listShape(text('a host name'))
      .optional()
      .describe('Host names that the certificate must be valid for, in addition to the host of the URL.'),
  })
    .optional()
    .describe('For `http` with https: requirements for the TLS certificate.'),
  'port-forward': z
    .string({ error: 'a target as "service/NAME:PORT"' })
    .regex(/^(service|pod|deployment)\/[a-z0-9.{}-]+:\d+$/, { error: 'a target as "service/NAME:PORT"' })
    .optional()
    .describe(
      'For `http`: sends the request to this service in the cluster through the API server, instead of the public address.',
    ),
}

const atLeastZero = z.int({ error: 'a whole number' }).min(0, { error: 'a number of at least 0' })

export const kubernetesKeys = {
  kubernetes: listShape(format.wordFormat(kubernetesAspects))
    .min(1, { error: 'a list of at least one of these words' })
    .optional()
    .describe(
      "Checks the release's Kubernetes objects: `workloads` (all ready), `restarts` and `warnings` (since the deploy), `volumes` (bound), `addresses` (of ingresses and load balancers).",
    ),
  'max-restarts': atLeastZero.optional().describe('For `kubernetes`: how many restarts are allowed. Default: 0.'),
  'max-warnings': atLeastZero.optional().describe('For `kubernetes`: how many warning events are allowed. Default: 0.'),
  ignore: listShape(text('a reason of events'))
    .optional()
    .describe('For `kubernetes`: reasons of warning events to ignore, such as Unhealthy.'),
}

const bound = (what: string) => z.number({ error: 'a number' }).optional().describe(`For \`prometheus\`: ${what}`)

export const prometheusKeys = {
  prometheus: text('a query in PromQL')
    .optional()
    .describe(
      'Runs this PromQL query; the value of every returned series must be within the bounds. No data is inconclusive.',
    ),
  url: format.httpUrl
    .optional()
    .describe(
      'For `prometheus` (required): URL of Prometheus, without /api. For `binder-launch` and `binder-build`: URL of the BinderHub. Default: https://{host} for BinderHub.',
    ),
  min: bound('the smallest allowed value.'),
  max: bound('the largest allowed value.'),
  'min-ratio': bound('the smallest allowed ratio of the value to the value right before the deploy.'),
  'max-ratio': bound('the largest allowed ratio of the value to the value right before the deploy.'),
}

export const commandKeys = {
  command: listShape(text('a text'))
    .min(1, { error: 'a list of a program and its arguments' })
    .optional()
    .describe(
      'Runs this program (a list of the program and its arguments; no shell) in the checked-out repository. Exit code 0 is a success, 75 is inconclusive, any other is a failure.',
    ),
  env: namedShape(z.string(), text('a text'))
    .optional()
    .describe('For `command`: environment variables of the program.'),
}

/** The policy never contains the secret itself. */
const secret = z
  .string({ error: 'a placeholder "{secrets.NAME}"' })
  .regex(/^\{secrets\.\w+\}$/, { error: 'a placeholder "{secrets.NAME}"' })

const name = (what: string) =>
  z.string({ error: `the name of a ${what}` }).regex(/^[\w.@-]+$/, { error: `the name of a ${what}` })

export const jupyterhubKeys = {
  jupyterhub: format.httpUrl
    .optional()
    .describe(
      'Starts the server of a test user on this JupyterHub (URL without /hub), runs code in a kernel, and removes the server.',
    ),
  user: name('user')
    .optional()
    .describe('For `jupyterhub` (required): the test user. It must not be the account of a person.'),
  server: name('server')
    .optional()
    .describe('For `jupyterhub`: name of the server to start. Default: the default server of the user.'),
  version: text('a version')
    .optional()
    .describe('For `jupyterhub`: the version that the hub must report. Default: any version.'),
}

export const launchKeys = {
  'binder-launch': format.repositoryFormat
    .optional()
    .describe(
      'Builds and launches this repository (owner/name) on the BinderHub, sends a request to the server, and shuts it down.',
    ),
  'binder-build': format.repositoryFormat
    .optional()
    .describe(
      'Like `binder-launch`, but always builds a new image: creates an empty commit on a branch of this GitHub repository, and deletes the branch afterwards.',
    ),
  ref: text('a commit, tag or branch')
    .optional()
    .describe(
      'For `binder-launch` (required) and `binder-build`: the commit, tag or branch. Default: HEAD for `binder-build`.',
    ),
  provider: z
    .string({ error: 'a short name such as "gh"' })
    .regex(/^[a-z0-9]+$/, { error: 'a short name such as "gh"' })
    .optional()
    .describe("For `binder-launch`: BinderHub's short name of the repository provider. Default: gh."),
  token: secret
    .optional()
    .describe(
      'For `jupyterhub` (required): API token with the scopes servers and access:servers of the user (and admin:users to create the user). For `binder-build` (required): GitHub token with contents: write on the repository.',
    ),
  'build-token': secret
    .optional()
    .describe("For `binder-launch` and `binder-build`: build token, which exempts from BinderHub's limit of builds."),
  code: text('code')
    .optional()
    .describe(
      'For `jupyterhub`, `binder-launch` and `binder-build`: code to run in a kernel of the server. Default: print(6 * 7) for `jupyterhub`.',
    ),
  output: format.patternFormat.optional().describe('For `code`: regular expression that the output must match.'),
}
