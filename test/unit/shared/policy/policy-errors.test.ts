import { describe, expect, test } from 'vitest'
import { isMap, isScalar, isSeq, parseDocument, visit } from 'yaml'
import { showPlace, UserError } from '../../../../shared/foundation/errors.js'
import { policyFile } from '../../../../shared/foundation/workspace.js'
import { parsePolicy } from '../../../../shared/policy/policy.js'
import { example, minimal } from '../../../fixtures/policy-example.js'

/** Every key of the example whose name the format fixes, with its offset. */
function fixedKeys(): { key: string; offset: number }[] {
  const found: { key: string; offset: number }[] = []
  visit(parseDocument(example), {
    Pair(_, pair, path) {
      const depth = path.filter((node) => isMap(node) || isSeq(node)).length
      const above = path.flatMap((node) => ('key' in node && isScalar(node.key) ? [String(node.key.value)] : []))
      const isName =
        depth === 2 &&
        ['releases', 'clusters', 'components', 'change-classes', 'deploy-windows', 'soak'].includes(above[0] ?? '')
      if (isScalar(pair.key) && pair.key.range && !isName)
        found.push({ key: String(pair.key.value), offset: pair.key.range[0] })
    },
  })
  return found
}

describe('a misspelt key', () => {
  const keys = fixedKeys()

  test.each(keys)('$key at $offset is shown with its place and the right word', ({ key, offset }) => {
    const wrong = key.length > 2 ? `${key[0]}${key[2]}${key[1]}${key.slice(3)}` : `${key}x`
    const misspelt = wrong === key ? `${key}x` : wrong
    const text = example.slice(0, offset) + misspelt + example.slice(offset + key.length)
    const before = example.slice(0, offset).split('\n')

    const error = errorOf(text)
    const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`
    const all = `${error.message}\n${error.fix}`
    if (error.at?.line === before.length && !error.message.includes('\n'))
      expect(error.at.column).toBe((before.at(-1) ?? '').length + 1)
    else expect(all).toContain(place)
    expect(all).toContain(`Unknown key "${misspelt}"`)
    expect(all).toContain(`Did you mean "${key}"?`)
  })

  test('is tried for every key of the example', () => {
    expect(keys.length).toBeGreaterThan(55)
  })
})

/** What is wrong with the minimal policy after one line of it was replaced, or one was added. */
const withLine = (line: string): string => {
  const key = line.split(':')[0] ?? ''
  const lines = minimal.trimEnd().split('\n')
  const at = lines.findIndex((existing) => existing.startsWith(`${key}:`))
  if (at < 0) return `${minimal}${line}\n`
  const nested = lines.slice(at + 1).findIndex((existing) => !existing.startsWith(' '))
  const rest = nested < 0 ? [] : lines.slice(at + 1 + nested)
  return `${[...lines.slice(0, at), line, ...rest].join('\n')}\n`
}

const component = (more: string): string => `components:\n  c: { upstream: a/b, version: ["{commit}"], ${more} }`

const whereBot =
  "NUMBER is the user id of the App's bot, not the App ID: the doctor prints it, and so does `gh api '/users/SLUG[bot]' --jq .id`."

describe('bad input is one clear error', () => {
  test.each([
    ['version: 2', '1:10', 'version must be 1, not 2.', 'Correct version.'],
    [
      'operators: 5',
      '2:12',
      'operators must be a team as "@org/team", or a list of GitHub logins, not 5.',
      'Correct operators.',
    ],
    [
      'operators: ops',
      '2:12',
      'operators must be a team as "@org/team", or a list of GitHub logins, not "ops".',
      'Correct operators.',
    ],
    [
      'apps: { gate: { id: lockstep, bot: 3 }, bump: { id: 2, bot: 4 } }',
      '3:21',
      'apps.gate.id must be a whole number, not "lockstep".',
      'Correct apps.gate.id.',
    ],
    ['apps: { gate: { id: 1, bot: 3 } }', '3:1', 'apps.bump is missing: it must be a map.', 'Add "bump:" there.'],
    [
      'apps: { gate: 1, bump: { id: 2, bot: 4 } }',
      '3:15',
      'apps.gate must be a map, not 1.',
      `Write "gate: { id: 1, bot: NUMBER }". ${whereBot}`,
    ],
    [
      'apps: { gate: { id: 1 }, bump: { id: 2, bot: 4 } }',
      '3:9',
      'apps.gate.bot is missing: it must be a whole number.',
      `Write "bot: NUMBER" there. ${whereBot}`,
    ],
    [
      'apps: { gate: { id: 1, bot: "lockstep[bot]" }, bump: { id: 2, bot: 4 } }',
      '3:29',
      'apps.gate.bot must be a whole number, not "lockstep[bot]".',
      `Write "bot: NUMBER" there. ${whereBot}`,
    ],
    ['apps:', '3:6', 'apps must be a map, not empty.', 'Correct apps.'],
    [
      'timezone: Mars/Base',
      '8:11',
      'timezone must be a time zone such as "Etc/UTC" or "Europe/Berlin", not "Mars/Base".',
      'Correct timezone.',
    ],
    ['releases: {}', '4:11', 'releases must be a map with at least one release, not a map.', 'Correct releases.'],
    ['releases: [web]', '4:11', 'releases must be a map, not a list.', 'Correct releases.'],
    [
      'releases: { web: { chart: ../web } }',
      '4:27',
      'releases.web.chart must be a path relative to the top of the deploy repo, without "." and "..", not "../web".',
      'Correct releases.web.chart.',
    ],
    [
      'releases: { web: { chart: /web } }',
      '4:27',
      'releases.web.chart must be a path relative to the top of the deploy repo, without "." and "..", not "/web".',
      'Correct releases.web.chart.',
    ],
    [
      'releases: { web: { values: [a/../../b.yaml] } }',
      '4:29',
      'releases.web.values.0 must be a relative path or glob, without ".."; its only placeholder is "{cluster}", not "a/../../b.yaml".',
      'Correct releases.web.values.0.',
    ],
    [
      'releases: { web: { values: ["{clutser}.yaml"] } }',
      '4:29',
      'releases.web.values.0 must be a relative path or glob, without ".."; its only placeholder is "{cluster}", not "{clutser}.yaml".',
      'Correct releases.web.values.0.',
    ],
    [
      'releases: { web: { timeout: 10 } }',
      '4:29',
      'releases.web.timeout must be a duration such as "90s", "20m" or "24h", not 10.',
      'Correct releases.web.timeout.',
    ],
    [
      'releases: { web: { timeout: 10 min } }',
      '4:29',
      'releases.web.timeout must be a duration such as "90s", "20m" or "24h", not "10 min".',
      'Correct releases.web.timeout.',
    ],
    [
      'releases: { web: { crds: replcae } }',
      '4:26',
      'releases.web.crds must be one of "skip", "create", "replace", not "replcae".',
      'Did you mean "replace"?',
    ],
    [
      'releases: { Web: {} }',
      '4:13',
      '"Web" cannot be used as a name: it must be a name (lower-case letters, digits and "-").',
      'Rename it.',
    ],
    [
      'releases: { a: { name: web }, b: { name: web, namespace: web } }',
      '4:31',
      'releases.b is the same release as a: web on one.',
      'Give each release its own "name" or "namespace".',
    ],
    [
      `releases: { web: { name: ${'x'.repeat(54)} } }`,
      '4:13',
      `releases.web is named ${'x'.repeat(54)} on one: Helm allows 53 characters for a name, Kubernetes 63 for a namespace.`,
      'Shorten "name" or "namespace".',
    ],
    ['clusters: {}', '6:11', 'clusters must be a map with at least one cluster, not a map.', 'Correct clusters.'],
    [
      'clusters: { one: {} }',
      '6:13',
      'clusters.one.wave is missing: it must be one of "staging", "canary", "primary", "rest".',
      'Add "wave:" there.',
    ],
    [
      'clusters: { one: { wave: prod } }',
      '6:26',
      'clusters.one.wave must be one of "staging", "canary", "primary", "rest", not "prod".',
      'Available: staging, canary, primary, rest.',
    ],
    [
      'clusters: { one: { wave: rest, optional: yes } }',
      '6:42',
      'clusters.one.optional must be true or false, not "yes".',
      'Correct clusters.one.optional.',
    ],
    [
      'clusters: { lockstep: { wave: rest } }',
      '6:13',
      '"lockstep" cannot be used as a name: it must be a name (lower-case letters, digits and "-").',
      'Rename it.',
    ],
    [
      'clusters: { 1: { wave: rest } }',
      '6:13',
      '"1" cannot be used as a name: it must be a name (lower-case letters, digits and "-").',
      'Rename it.',
    ],
    [
      'clusters: { one: { wave: rest }, two: { wave: staging } }',
      '6:34',
      'clusters.two (staging) is listed after one (rest); list the clusters in wave order.',
      'Move it before one. The order is staging, canary, primary, rest.',
    ],
    [
      'components: { "a/b": {} }',
      '8:15',
      '"a/b" cannot be used as a name: it must be a name (letters, digits, "-", "_", ".").',
      'Rename it.',
    ],
    [
      'components: { all: {} }',
      '8:15',
      '"all" cannot be used as a name: it must be another name, because "all" means every component.',
      'Rename it.',
    ],
    [
      component('wait: 1m'),
      '9:3',
      'components.c has neither "chart" nor "image": there is nothing to bump.',
      'Add "chart: FILE#DEPENDENCY" or "image: FILE#PATH".',
    ],
    [
      component('chart: a#b, image: c#d'),
      '9:3',
      'components.c has both "chart" and "image": a bump can change only one of them.',
      'Split it into two components.',
    ],
    [
      component('chart: web/Chart.yaml'),
      '9:53',
      'components.c.chart must be "FILE#DEPENDENCY", with a path relative to the top of the deploy repo, not "web/Chart.yaml".',
      'Correct components.c.chart.',
    ],
    [
      component('chart: ../Chart.yaml#b'),
      '9:53',
      'components.c.chart must be a path without "." and ".." before the "#"; its only placeholder is "{cluster}", not "../Chart.yaml#b".',
      'Correct components.c.chart.',
    ],
    [
      component('image: values.yaml#'),
      '9:53',
      'components.c.image must be "FILE#PATH", with a path relative to the top of the deploy repo, not "values.yaml#".',
      'Correct components.c.image.',
    ],
    [
      component('chart: [a#b, ../c#b]'),
      '9:59',
      'components.c.chart.1 must be a path without "." and ".." before the "#"; its only placeholder is "{cluster}", not "../c#b".',
      'Correct components.c.chart.1.',
    ],
    [
      component('chart: []'),
      '9:53',
      'components.c.chart must be "FILE#DEPENDENCY", or a list of them, not a list.',
      'Correct components.c.chart.',
    ],
    [
      component('chart: { file: a }'),
      '9:53',
      'components.c.chart must be "FILE#DEPENDENCY", or a list of them, not a map.',
      'Correct components.c.chart.',
    ],
    [
      component('chart: [7]'),
      '9:54',
      'components.c.chart.0 must be "FILE#DEPENDENCY", with a path relative to the top of the deploy repo, not 7.',
      'Correct components.c.chart.0.',
    ],
    [
      component('chart: a#b, value: "{clutser}.yaml#v"'),
      '9:65',
      'components.c.value must be a path without "." and ".." before the "#"; its only placeholder is "{cluster}", not "{clutser}.yaml#v".',
      'Correct components.c.value.',
    ],
    [
      component('value: a#b'),
      '9:3',
      'components.c has neither "chart" nor "image": Lockstep cannot find its versions.',
      'Add "chart: FILE#DEPENDENCY" or "image: FILE#PATH".',
    ],
    [
      component('image: ["{cluster}.yaml#b"], value: one.yaml#b'),
      '9:82',
      'components.c lists the same target twice: one.yaml#b.',
      'Remove one of them.',
    ],
    [component('chart: a#b, vaule: a#c'), '9:58', 'Unknown key "vaule" in components.c.', 'Did you mean "value"?'],
    [
      component('chart: a#b, paths: []'),
      '9:65',
      'components.c.paths must be a list of at least one glob, not a list.',
      'Correct components.c.paths.',
    ],
    [
      component('chart: a#b, revert: PR'),
      '9:66',
      'components.c.revert must be one of "issue", "pr", not "PR".',
      'Did you mean "pr"?',
    ],
    [
      component('chart: a#b, version-endpoint: { url: versions, path: c }'),
      '9:83',
      'components.c.version-endpoint.url must be a URL, or a path that starts with "/"; its placeholders are "{host}" and "{cluster}", not "versions".',
      'Correct components.c.version-endpoint.url.',
    ],
    [
      component('chart: a#b, version-endpoint: { url: /versions }'),
      '9:58',
      'components.c.version-endpoint does not say where the version is.',
      'Add "path: where.in.the.JSON" or "header: its-name".',
    ],
    [
      component('chart: a#b, version-endpoint: { url: /versions, path: c, header: x }'),
      '9:58',
      'components.c.version-endpoint has both "path" and "header".',
      'Remove one of them.',
    ],
    [
      component('chart: a#b, version-endpoint: { url: /versions, header: "x y" }'),
      '9:102',
      'components.c.version-endpoint.header must be the name of an HTTP header, not "x y".',
      'Correct components.c.version-endpoint.header.',
    ],
    [
      component('chart: a#b, version-endpoint: { url: /versions, path: c }'),
      '7:3',
      'clusters.one has no host, but components.c.version-endpoint needs one.',
      'Add "host: path.in.the.values" at the top level, or "host: its.host.name" to this cluster.',
    ],
    [
      `${component('chart: a#b')}\n  d: { upstream: a/d, version: ["{commit}"], chart: a#b }`,
      '10:53',
      'components.d has the same target as c: a#b.',
      'Remove one of them.',
    ],
    [
      'components: { c: { upstream: ab, version: ["{commit}"], chart: a#b } }',
      '8:30',
      'components.c.upstream must be a repository as "owner/name", not "ab".',
      'Correct components.c.upstream.',
    ],
    [
      'components: { c: { upstream: a/b, version: "{commit}", chart: a#b } }',
      '8:44',
      'components.c.version must be a list, not "{commit}".',
      'Correct components.c.version.',
    ],
    [
      'components: { c: { upstream: a/b, version: ["1.{n}"], chart: a#b } }',
      '8:45',
      'components.c.version.0 must be a version template: it must contain {commit} exactly once, not 0 times, not "1.{n}".',
      'Correct components.c.version.0.',
    ],
    [
      'deploy-queue: { max-undeployed: 0 }',
      '8:33',
      'deploy-queue.max-undeployed must be a number of at least 1, not 0.',
      'Correct deploy-queue.max-undeployed.',
    ],
    [
      'deploy-queue: { window: { hours: "17:00-09:00" } }',
      '8:34',
      'deploy-queue.window.hours must be hours of one day, such as "09:00-17:00", not "17:00-09:00".',
      'Correct deploy-queue.window.hours.',
    ],
    [
      'deploy-queue: { escalate: 10m }',
      '8:27',
      'deploy-queue.escalate is shorter than deploy-queue.remind: the operators would be notified before the person on duty.',
      'Make "escalate" longer than "remind".',
    ],
    [
      'smoke-tests: [{ http: "https://a/b", binder-launch: a/b, ref: c }]',
      '8:15',
      'smoke-tests.0 has two checks: "http" and "binder-launch".',
      'Write two items.',
    ],
    [
      'smoke-tests: [{ status: 200 }]',
      '8:15',
      'smoke-tests.0 has no check.',
      'Add one of: http, kubernetes, prometheus, command, jupyterhub, binder-launch, binder-build.',
    ],
    [
      'smoke-tests: [{ binder-launch: a/b }]',
      '8:15',
      'smoke-tests.0 lacks "ref", which "binder-launch" needs.',
      'Add "ref:" to it.',
    ],
    [
      'smoke-tests: [{ http: "https://a/b", ref: c }]',
      '8:15',
      'smoke-tests.0 has "ref", which "http" does not use.',
      'Remove "ref".',
    ],
    [
      'smoke-tests: [{ prometheus: up, url: "http://p" }]',
      '8:15',
      'smoke-tests.0 has no bound.',
      'Add one of: min, max, min-ratio, max-ratio.',
    ],
    [
      'smoke-tests: [{ kubernetes: [workload] }]',
      '8:30',
      'smoke-tests.0.kubernetes.0 must be one of "workloads", "restarts", "warnings", "volumes", "addresses", not "workload".',
      'Did you mean "workloads"?',
    ],
    [
      'smoke-tests: [{ jupyterhub: "https://h", user: u, token: s3cret }]',
      '8:58',
      'smoke-tests.0.token must be a placeholder "{secrets.NAME}", not "s3cret".',
      'Correct smoke-tests.0.token.',
    ],
    [
      'smoke-tests: [{ http: "https://a", body: "(" }]',
      '8:42',
      'smoke-tests.0.body must be a regular expression, not "(".',
      'Correct smoke-tests.0.body.',
    ],
    [
      'smoke-tests: [{ command: "pytest tests" }]',
      '8:26',
      'smoke-tests.0.command must be a list, not "pytest tests".',
      'Correct smoke-tests.0.command.',
    ],
    [
      'smoke-tests: [{ http: "https://a", redirect: 3 }]',
      '8:36',
      'Unknown key "redirect" in smoke-tests.0.',
      'Did you mean "redirects"?',
    ],
    [
      'smoke-tests: [{ http: "ftp://a/b" }]',
      '8:23',
      'smoke-tests.0.http must be a URL that starts with "https://", "http://" or "{values.a.path}"; its placeholders are "{host}", "{cluster}", "{namespace}", "{values.a.path}" and "{secrets.NAME}", not "ftp://a/b".',
      'Correct smoke-tests.0.http.',
    ],
    [
      'smoke-tests: [{ http: "https://{hots}/b" }]',
      '8:23',
      'smoke-tests.0.http must be a URL that starts with "https://", "http://" or "{values.a.path}"; its placeholders are "{host}", "{cluster}", "{namespace}", "{values.a.path}" and "{secrets.NAME}", not "https://{hots}/b".',
      'Correct smoke-tests.0.http.',
    ],
    [
      'smoke-tests: [{ http: "https://{host}/b" }]',
      '7:3',
      'clusters.one has no host, but smoke-tests.0 needs one.',
      'Add "host: path.in.the.values" at the top level, or "host: its.host.name" to this cluster.',
    ],
    ['deploy-windows: { T4: {} }', '8:19', 'Unknown key "T4" in deploy-windows.', 'Did you mean "T0"?'],
    [
      'deploy-windows: { T3: { days: weekdays } }',
      '8:31',
      'deploy-windows.T3.days must be days such as "mon-thu" or "mon,wed", not "weekdays".',
      'Correct deploy-windows.T3.days.',
    ],
    [
      'change-classes: { x: { tier: T9 } }',
      '8:30',
      'change-classes.x.tier must be one of "T0", "T1", "T2", "T3", not "T9".',
      'Did you mean "T0"?',
    ],
    ['a: b: c', '8:4', 'Not valid YAML: Nested mappings are not allowed in compact mappings.', 'Correct the YAML.'],
    ['merge: { bump: command, bump: auto }', '8:25', 'Not valid YAML: Map keys must be unique.', 'Correct the YAML.'],
    ['---', '8:1', 'The policy must be one YAML document, not several.', 'Remove the "---".'],
  ])('%s', (line, place, message, fix) => {
    const error = errorOf(withLine(line))
    expect(error).toMatchObject({ reason: 'policy-invalid', message, fix })
    expect(error.at && showPlace(error.at)).toBe(`${policyFile}:${place}`)
  })

  test('for a file without content, or with something else than a map', () => {
    expect(errorOf('').message).toBe(`${policyFile} is empty.`)
    expect(errorOf('# nothing\n').message).toBe(`${policyFile} is empty.`)
    expect(errorOf('- a\n').message).toBe('The file must be a map, not a list.')
  })
})

test('all errors of a file are one message, in its order, at the first', () => {
  const error = errorOf(
    'version: 3\nopreators: [ada]\napps: { gate: { id: 1, bot: 3 }, bump: x }\nreleases: { web: {} }\nclusters: { one: { wav: rest } }\n',
  )
  expect(error.message.split('\n')).toEqual([
    `${policyFile} has 4 errors:`,
    '  line 1, column 10: version must be 1, not 3. Correct version.',
    '  line 2, column 1: Unknown key "opreators". Did you mean "operators"?',
    '  line 3, column 40: apps.bump must be a map, not "x". Correct apps.bump.',
    '  line 5, column 20: Unknown key "wav" in clusters.one. Did you mean "wave"?',
  ])
  expect(error.at).toEqual({ file: policyFile, line: 1, column: 10 })
})

test('a required key that is missing, and one that is misspelt, are one problem each', () => {
  const error = errorOf(
    minimal
      .replace('operators', 'opreators')
      .replace('apps: { gate: { id: 1, bot: 90000001 }, bump: { id: 2, bot: 90000002 } }\n', ''),
  )
  expect(error.message.split('\n').slice(1)).toEqual([
    '  line 1, column 1: apps is missing: it must be a map. Add "apps:" there.',
    '  line 2, column 1: Unknown key "opreators". Did you mean "operators"?',
  ])
})

test('at most ten errors are shown', () => {
  const error = errorOf(`${minimal}${Array.from({ length: 15 }, (_, index) => `zz${index}: 1\n`).join('')}`)
  expect(error.message.split('\n')).toHaveLength(12)
  expect(error.message).toContain('has 15 errors')
  expect(error.message).toContain('and 5 more')
})

test('aliases that multiply are refused', () => {
  const levels = Array.from(
    { length: 9 },
    (_, index) => `x${index + 1}: &x${index + 1} [${Array(9).fill(`*x${index}`).join(', ')}]\n`,
  )
  const error = errorOf(`${minimal}x0: &x0 [lol]\n${levels.join('')}`)
  expect(error).toMatchObject({ reason: 'policy-invalid', fix: 'Write the values out instead of using aliases.' })
})

function errorOf(text: string): UserError {
  try {
    parsePolicy(text)
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('the policy was accepted')
}
