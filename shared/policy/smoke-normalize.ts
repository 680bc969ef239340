import type { CheckEntry } from './smoke-schema.js'
import type { SmokeCheck } from './smoke-types.js'

const minute = 60_000

/** One item under `smoke-tests` with its defaults filled in. */
export function normalizeCheck(entry: CheckEntry): SmokeCheck {
  const common = (timeout: number) => ({
    name: entry.name,
    timeout: entry.timeout ?? timeout,
    failureThreshold: entry['failure-threshold'],
    successThreshold: entry['success-threshold'] ?? 1,
    when: entry.when,
  })
  if (entry.kubernetes) {
    return {
      kind: 'kubernetes',
      look: entry.kubernetes,
      restarts: entry['max-restarts'] ?? 0,
      warnings: entry['max-warnings'] ?? 0,
      ignore: entry.ignore ?? [],
      ...common(minute),
    }
  }
  if (entry.prometheus !== undefined) {
    const { min, max, 'min-ratio': minRatio, 'max-ratio': maxRatio } = entry
    return {
      kind: 'prometheus',
      query: entry.prometheus,
      url: entry.url ?? '',
      headers: entry.request?.headers ?? {},
      bounds: { min, max, minRatio, maxRatio },
      ...common(minute),
    }
  }
  if (entry.command) {
    return { kind: 'command', command: entry.command, env: entry.env ?? {}, ...common(5 * minute) }
  }
  const code = entry.code === undefined ? undefined : { run: entry.code, output: entry.output ?? '' }
  if (entry.jupyterhub !== undefined) {
    return {
      kind: 'jupyterhub',
      url: entry.jupyterhub,
      user: entry.user ?? '',
      server: entry.server ?? '',
      token: entry.token ?? '',
      version: entry.version,
      code: code ?? { run: 'print(6 * 7)', output: '^42\\s*$' },
      ...common(5 * minute),
    }
  }
  const binder = {
    url: entry.url ?? 'https://{host}',
    ref: entry.ref ?? 'HEAD',
    buildToken: entry['build-token'] ?? '',
    code,
    ...common(8 * minute),
  }
  const launch = entry['binder-launch']
  if (launch !== undefined) return { kind: 'binder-launch', repo: launch, provider: entry.provider ?? 'gh', ...binder }
  const build = entry['binder-build']
  if (build !== undefined) return { kind: 'binder-build', repo: build, token: entry.token ?? '', ...binder }
  return {
    kind: 'http',
    url: entry.http ?? '',
    method: entry.method ?? 'GET',
    request: { headers: entry.request?.headers ?? {}, body: entry.request?.body },
    status: entry.status ?? 200,
    body: entry.body,
    json: entry.json ?? {},
    headers: entry.headers ?? {},
    redirects: entry.redirects ?? 0,
    certificate: entry.certificate && { days: entry.certificate.days ?? 1, names: entry.certificate.names ?? [] },
    portForward: entry['port-forward'],
    ...common(minute),
  }
}
