/** Plans the fleet that `plan-fleet` made in the current directory, in a process of its own, so that its memory can be seen. */
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { planFleet } from '../../actions/helm-deploy/plan/plan-fleet.js'
import { workspaceAt } from '../../shared/foundation/workspace.js'
import { realRuntime } from '../../shared/runtime/real-runtime.js'
import { workspacePolicy } from '../../shared/runtime/workspace-policy.js'

const [root = '', base = ''] = process.argv.slice(2)
const runtime = realRuntime({ ...process.env, GITHUB_WORKSPACE: root }, new AbortController().signal, (text) => text)
const workspace = workspaceAt(root)
const policy = await workspacePolicy(workspace)
const context = { policy, workspace, world: runtime, github: runtime.github('none') }
const clusters = policy.clusters.map((cluster) => ({ cluster, base }))
const temp = await mkdtemp(join(root, '..', 'temp-'))
const plans = await planFleet(context, { clusters, token: 'none', target: undefined, temp })
console.log(
  JSON.stringify(plans.map(({ affected, counts, disruptions }) => [affected, counts.changed, disruptions.length])),
)
