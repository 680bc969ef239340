import type { CarriedChange } from '../../../../shared/bump/carried.js'
import { parsePolicy } from '../../../../shared/policy/policy.js'
import type { ChangedContent, ClassifyContext, Content } from '../../../../shared/risk/types.js'

export const policy = parsePolicy(`version: 1
operators: [ada, bob, cyd]
apps: { gate: { id: 1, bot: 90000001 }, bump: { id: 2, bot: 90000002 } }
releases:
  site:
    chart: site
    values: [config/common.yaml, "config/{cluster}.yaml", "secrets/config/{cluster}.yaml"]
    plan-values: [config/stand-in.yaml]
clusters:
  staging: { wave: staging }
  primary: { wave: primary }
components:
  hub: { upstream: owner/hub, chart: site/Chart.yaml#hub }
  builder: { upstream: owner/builder, image: site/values.yaml#hub.builder.image }
change-classes:
  content: { values: [hub.motd], files: ["secrets/bans.txt"], tier: T0 }
  door: { charts: [front-door], files: [door.env], tier: T1 }
`)

/** `hub` versions 1.x carry JupyterHub 3.0.0, 2.x 4.0.0; of others nothing is known. */
export const context: ClassifyContext = {
  policy,
  carried: (_, from, to) => {
    const inside = (version: string): string | undefined => ({ 1: '3.0.0', 2: '4.0.0' })[version[0] ?? '']
    const [before, after] = [inside(from), inside(to)]
    if (before === undefined || after === undefined) return undefined
    return before === after ? [] : [{ kind: 'chart', name: 'jupyterhub', before, after } satisfies CarriedChange]
  },
}

const side = (text: string | undefined): Content => (text === undefined ? { state: 'none' } : { state: 'text', text })

/** A file before and after; undefined where it is not there. */
export const changed = (path: string, before: string | undefined, after: string | undefined): ChangedContent => ({
  path,
  before: side(before),
  after: side(after),
})

/** One chart dependency in a Chart.yaml. */
export const chartYaml = (name: string, version: string, more = ''): string =>
  `apiVersion: v2\nname: site\nversion: 0.1.0\ndependencies:\n  - name: ${name}\n    version: "${version}"\n    repository: https://charts.example\n${more}`
