import { copyFile, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Permissions } from '../../rehearsal/github/types.js'
import { commitOn } from './code-lane.js'
import { at, type DeployFiles, type DeployWorld, deploy, startDeployWorld } from './deploy-world.js'
import { type Start, type Started, startAction } from './start-action.js'

type Comment = { id: number; body?: string | undefined; user: { login: string } | null }

/** A deploy repo whose chart is rendered by a stand-in for Helm, and whose pull requests are planned. */
export interface PlanWorld extends AsyncDisposable {
  world: DeployWorld
  /** What the runner gives a run on the newest event of a pull request. */
  start(number: number, change?: { permissions?: Permissions; env?: Record<string, string> }): Promise<Start>
  plan(number: number, change?: { permissions?: Permissions; env?: Record<string, string> }): Promise<Started>
  /** The plan after a merge. */
  planMerged(commit: string): Promise<Started>
  comments(number: number): Promise<Comment[]>
  /** More commits on the branch of a pull request. */
  push(pr: { number: number }, files: Record<string, string>): Promise<void>
}

/** What the README says that a preview needs, and not one more. */
export const planJob: Permissions = { contents: 'read', pull_requests: 'write' }

const templates = {
  'meta/templates/config.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: greeting }
data: { greeting: {{ .Values.greeting }} }
`,
  'meta/templates/hub.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: hub }
spec:
  replicas: 1
  strategy: { type: Recreate }
  selector: { matchLabels: { app: hub } }
  template:
    metadata: { labels: { app: hub } }
    spec: { containers: [{ name: hub, image: "example.org/hub:{{ .hub }}" }] }
`,
  'config/common.yaml': 'greeting: hello\n',
}

export async function startPlanWorld({ files, ...more }: DeployFiles = {}): Promise<PlanWorld> {
  const world = await startDeployWorld(undefined, { ...more, files: { ...templates, ...files } })
  const bin = await mkdtemp(join(world.dir, 'bin-'))
  await copyFile(fileURLToPath(new URL('helm-stand-in.mjs', import.meta.url)), join(bin, 'helm'))
  const path = `${bin}:${process.env.PATH}`
  const ada = world.as(world.tokens.ada)

  const planWorld: PlanWorld = {
    world,
    async start(number, { permissions = planJob, env = {} } = {}) {
      const event = world.github.events.findLast(
        ({ name, payload }) => name === 'pull_request' && payload['number'] === number,
      )
      if (!event) throw new Error(`Nothing happened to #${number}`)
      const workspace = await world.checkout(event.sha)
      const about = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: event.ref, PATH: path }
      return {
        inputs: { mode: 'plan', token: world.github.mintJobToken(deploy, permissions, 100) },
        env: world.env(event.sha, workspace, { ...about, ...env }),
        event: event.payload,
      }
    },
    plan: async (number, change) => startAction('helm-deploy', await planWorld.start(number, change)),
    planMerged: async (commit) =>
      startAction('helm-deploy', {
        inputs: { mode: 'plan', token: world.tokens.job },
        env: world.env(commit, await world.checkout(commit), { PATH: path }),
      }),
    comments: async (number) => (await ada.rest.issues.listComments({ ...at, issue_number: number })).data,
    async push({ number }, files) {
      const { data } = await ada.rest.pulls.get({ ...at, pull_number: number })
      await commitOn(ada as never, at, data.head.ref, files)
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
  return planWorld
}
