import { sha256 } from '../../shared/foundation/digest.js'
import { chartPath, commitOn, type Lane, metaChart } from './code-lane.js'

/** The policy of a lane, whose component has several targets: two charts in two files, and a plain value. */
export const withTwoTargets = (policy: string): string =>
  policy.replace(
    'chart: meta/Chart.yaml#hub\n',
    'chart: [meta/Chart.yaml#hub, "edge/{cluster}/requirements.yaml#front"]\n    value: config/versions.yaml#hub\n',
  )

export const paths = {
  lock: 'meta/Chart.lock',
  edge: 'edge/staging/requirements.yaml',
  value: 'config/versions.yaml',
} as const

/** Every file that names the component, as it is at `version`. */
export function filesAt(version: string, repository: string): Record<string, string> {
  const other = { name: 'other', version: '1.2.3', repository }
  const list = [{ name: 'hub', version, repository }, other]
  const digest = sha256(JSON.stringify([list, list]))
  return {
    [chartPath]: metaChart(version, repository),
    [paths.lock]: `dependencies:\n- name: hub\n  repository: ${repository}\n  version: ${version}\n- name: other\n  repository: ${repository}\n  version: 1.2.3\ndigest: sha256:${digest}\ngenerated: "2026-01-02T03:04:05.678Z"\n`,
    [paths.edge]: `dependencies:\r\n  - {name: hub, alias: front, version: '${version}', repository: "${repository}/"}`,
    [paths.value]: `# shown on the status page\nhub: ${version} # bumped\n`,
  }
}

/** Puts them on the deploy repo's main branch; returns the commit. */
export const commitTargets = (lane: Lane, files: Record<string, string>): Promise<string> =>
  commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', files)
