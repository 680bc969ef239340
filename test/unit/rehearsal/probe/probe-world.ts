import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGitHub } from '../../../../rehearsal/github/server.js'
import type { Emulator, Permissions, RepositorySettings } from '../../../../rehearsal/github/types.js'
import { judge, type Verdict } from '../../../../rehearsal/probe/judge.js'
import { probes } from '../../../../rehearsal/probe/registry.js'
import { type Options, startWorld, type World } from '../../../../rehearsal/probe/world.js'
import { projectRoot } from '../../../../rehearsal/root.js'
import type { Unsettled } from '../../../../rehearsal/runner/jobs.js'
import { startRunner } from '../../../../rehearsal/runner/runner.js'
import { expectNoViolations } from '../../../no-violations.js'

/** What docs/probe.md asks the test App to have. */
const level = 'write' as const
export const permissions: Permissions = {
  ...{ actions: level, administration: level, checks: level, contents: level, deployments: level, issues: level },
  ...{ pull_requests: level, statuses: level, workflows: level },
}

export interface ProbeWorld extends AsyncDisposable {
  github: Emulator
  options: Options
  /** Started when it is first asked for. */
  world(): Promise<World>
  said: string[]
  /** How many repositories the organisation and the person have. */
  repositories(): Promise<string[]>
  /** What the probe finds of one row now. */
  verdict(row: string): Promise<Verdict>
  /** The settings of the place of a purpose. */
  settings(purpose: string): Promise<RepositorySettings>
}

/** An organisation with two test Apps on all its repositories, and a person who may make some there. */
export async function startProbeWorld({
  unsettled = {},
  second = true,
}: {
  unsettled?: Unsettled
  second?: boolean
} = {}): Promise<ProbeWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-probe-'))
  const github = await startGitHub({ dir: join(dir, 'github') })
  const ada = github.createUser('ada')
  await github.createRepository({ repo: 'probe-org/other', files: { 'a.txt': 'a' }, collaborators: { ada: 'admin' } })
  const app = github.createApp({ id: 4711, slug: 'probe-app', permissions })
  const app2 = github.createApp({ id: 4712, slug: 'probe-app-2', permissions })
  for (const { id } of [app, app2]) github.installOnAll(id, 'probe-org')
  await mkdir(join(dir, 'runner'))
  const runner = startRunner({
    emulator: github,
    dir: join(dir, 'runner'),
    tools: { act: join(projectRoot, 'test/unit/rehearsal/probe/act-stand-in.mjs') },
    actions: {},
    unsettled,
  })
  const said: string[] = []
  const options: Options = {
    ...{ apiUrl: github.url, owner: 'probe-org', token: ada.token },
    app: { id: app.id, key: app.privateKey },
    ...(second && { app2: { id: app2.id, key: app2.privateKey } }),
    patience: { every: 20, atMost: 15_000 },
    settling: 100,
    say: (line) => void said.push(line),
    stopped: new AbortController().signal,
  }
  let started: Promise<World> | undefined
  const world = (): Promise<World> => {
    started ??= startWorld(options)
    return started
  }
  return {
    ...{ github, options, world, said },
    async repositories() {
      const names = await Promise.all(
        ['/orgs/probe-org/repos?per_page=100', '/user/repos?per_page=100'].map(async (path) => {
          const answer = await fetch(github.url + path, { headers: { authorization: `Bearer ${ada.token}` } })
          return ((await answer.json()) as { full_name: string }[]).map((one) => one.full_name)
        }),
      )
      return names.flat()
    },
    async verdict(row) {
      const probe = probes.find((one) => one.row === row)
      if (!probe) throw new Error(`The probe has no row ${row}.`)
      const asked = probe.ask(await world()).then(
        (seen) => ({ seen }),
        (error: Error) => ({ unsettled: error.message }),
      )
      return judge(probe, await asked)
    },
    async settings(purpose) {
      const { ref } = await (await world()).place(purpose)
      return github.repository(`${ref.owner}/${ref.repo}`)
    },
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]()
      await github[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
      expectNoViolations(github)
    },
  }
}
