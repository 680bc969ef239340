import { mkdir, mkdtemp, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { getOctokit } from '@actions/github'
import { execa } from 'execa'
import { expect, inject, test } from 'vitest'
import { startGitHub } from '../../rehearsal/github/server.js'
import { readIsolation } from '../../rehearsal/isolate/inside.js'
import { parsePolicy } from '../../shared/policy/policy.js'
import { writeRecord } from '../../shared/records/deployments.js'
import { testAppJwt } from '../fixtures/app-jwt.js'
import { hasRealData, listReal, readReal, realData } from '../fixtures/real-data.js'
import { startAction } from '../fixtures/start-action.js'

const folder = 'jupyterhub-mybinder.org-deploy'
const at = { owner: 'jupyterhub', repo: 'mybinder.org-deploy' }
const repo = `${at.owner}/${at.repo}`
const newest = 'history/2026-08-05-95860dbc-Chart.yaml'

/** The real files as of 2026-08, the design's policy, and secrets as git-crypt leaves them in a checkout without its key. */
async function realFiles(): Promise<Record<string, string>> {
  const policy = await readFile(new URL('../fixtures/policy-example.yml', import.meta.url), 'utf8')
  const real = listReal(folder).filter((path) => !path.startsWith('history/'))
  return {
    ...Object.fromEntries(real.map((path) => [path, readReal(`${folder}/${path}`)])),
    'mybinder/Chart.yaml': readReal(`${folder}/${newest}`),
    ...Object.fromEntries(
      parsePolicy(policy).clusters.map(({ name }) => [`secrets/config/${name}.yaml`, '\0GITCRYPT\0not to be read']),
    ),
    '.github/deploy-policy.yml': policy,
  }
}

test.skipIf(!hasRealData)(
  `a real federation's deploy repo is planned up to its charts, which cannot be fetched here (${realData})`,
  async () => {
    const dir = await mkdtemp(join(readIsolation()?.dir ?? '', 'real-'))
    const files = await realFiles()
    const { apps, clusters } = parsePolicy(files['.github/deploy-policy.yml'] ?? '')
    await using github = await startGitHub({ dir: join(dir, 'github') })
    github.createUser('olga')
    await github.createRepository({ repo, files, author: 'olga', collaborators: { olga: 'admin' } })
    const gate = github.createApp({ ...apps.gate, slug: 'gate', permissions: { deployments: 'write' } })
    const installation = github.install(gate.id, repo)
    const app = getOctokit(await testAppJwt(gate.id, gate.privateKey), { baseUrl: github.url })
    const { data } = await app.rest.apps.createInstallationAccessToken({ installation_id: installation })

    const workspace = join(dir, 'workspace')
    await execa('git', ['clone', '--quiet', github.repository(repo).gitDir, workspace])
    const { stdout: commit } = await execa('git', ['rev-parse', 'HEAD'], { cwd: workspace })
    for (const { name } of clusters) {
      await writeRecord(
        { github: getOctokit(data.token, { baseUrl: github.url }) as never, repo, gateBot: gate.bot },
        {
          ...{ schema: 1, cluster: name, run: '1/1', commit, releases: [], verdict: 'pass', outcome: 'success' },
          ...{ logUrl: `${github.url}/run`, environmentUrl: undefined, description: 'adopted' },
        },
      )
    }

    const bin = join(dir, 'bin')
    await mkdir(bin)
    await symlink(inject('tools').helm4, join(bin, 'helm'))
    const reads = ['contents', 'checks', 'issues', 'deployments', 'pull_requests'] as const
    const token = github.mintJobToken(repo, Object.fromEntries(reads.map((name) => [name, 'read'])), 7)
    const { code, result, log } = await startAction('helm-deploy', {
      inputs: { mode: 'plan', token },
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        ...{ GITHUB_REPOSITORY: repo, GITHUB_SHA: commit, GITHUB_WORKSPACE: workspace },
        ...{ GITHUB_API_URL: github.url, GITHUB_SERVER_URL: github.url, RUNNER_TEMP: dir },
      },
    })

    expect(result, log).toMatchObject({ decision: 'refused', reason: 'registry-unreachable' })
    expect(result.message).toContain('mybinder/Chart.yaml')
    expect(log).toContain('::error::mybinder/Chart.yaml: The dependency ')
    expect(code).toBe(1)
    const { stdout: left } = await execa('git', ['status', '--porcelain'], { cwd: workspace })
    expect(left, 'the workspace stays as it was').toBe('')
  },
)
