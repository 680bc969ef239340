import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getOctokit } from '@actions/github'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { waitUntil } from '../../rehearsal/scenarios/until.js'
import { conclusions, jobOf, repo, startEmulatorWithRunner } from '../fixtures/emulator-with-runner.js'

const workflow = (jobs: string, more = ''): Record<string, string> => ({
  '.github/workflows/test.yml': `name: Test\non: { workflow_dispatch: {} }\n${more}\njobs:\n${jobs}`,
})
const dispatch = `/repos/${repo}/actions/workflows/test.yml/dispatches`

test("the token of an App is made and used in a job, hidden in its log, and revoked at its end, like the job's own", async () => {
  await using emulated = await startEmulatorWithRunner(
    workflow(`
  write:
    runs-on: ubuntu-latest
    environment: { name: keys, deployment: false }
    permissions: { contents: read }
    steps:
      - id: app
        uses: actions/create-github-app-token@1b10c78c7865c340bc4f6099eb2f838309f1e8c3
        with: { app-id: 77, private-key: "\${{ secrets.KEY }}", permission-issues: write }
      - env: { TOKEN: "\${{ steps.app.outputs.token }}", OWN: "\${{ github.token }}" }
        run: |
          issue() { curl -s -o /dev/null -w '%{http_code}' -H "authorization: Bearer $1" -d '{"title":"hi"}' "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues"; }
          echo "app: $(issue "$TOKEN"), own: $(issue "$OWN")"
          echo "the token is $TOKEN"
          printf '%s %s' "$TOKEN" "$OWN" | base64 --wrap=0
`),
  )
  const { privateKey } = emulated.emulator.createApp({ id: 77, slug: 'gate', permissions: { issues: 'write' } })
  emulated.emulator.install(77, repo)
  emulated.emulator
    .repository(repo)
    .environments.set('keys', { name: 'keys', branches: ['main'], secrets: { KEY: privateKey }, variables: {} })

  await emulated.call('POST', dispatch, { ref: 'main' })
  await emulated.runner.idle()

  const { log, conclusion, steps } = jobOf(emulated.runs[0], 'write')
  expect(conclusion).toBe('success')
  expect(log).toContain('app: 201, own: 403')
  expect(log).toContain('the token is ***')
  expect(steps.at(-1)).toMatchObject({
    name: 'Post actions/create-github-app-token@1b10c78c7865c340bc4f6099eb2f838309f1e8c3',
    conclusion: 'success',
  })
  const tokens = Buffer.from(/^[\w+/=]{40,}$/m.exec(log)?.[0] ?? '', 'base64')
    .toString()
    .split(' ')
  expect(tokens).toHaveLength(2)
  for (const token of tokens) {
    const response = await fetch(`${emulated.emulator.url}/repos/${repo}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(response.status).toBe(401)
  }
})

test("checkout takes another branch into a folder, and a job's steps start without anything of this machine", async () => {
  process.env['LEAKED'] = 'leaked'
  await using emulated = await startEmulatorWithRunner(
    workflow(`
  look:
    runs-on: ubuntu-latest
    steps:
      - run: ls -A | wc -l; echo "leaked=\${LEAKED:-nothing} home=$HOME"
      - uses: actions/checkout@v7
        with: { ref: other, path: below, persist-credentials: false }
      - run: cat below/other.txt; git -C below log --oneline | wc -l; grep -c extraheader below/.git/config || true
`),
  )
  await emulated.push('other', { 'other.txt': 'from the other branch\n' })

  await emulated.call('POST', dispatch, { ref: 'main' })
  await emulated.runner.idle()

  const { log } = jobOf(emulated.runs[0], 'look')
  expect(log).toContain('leaked=nothing')
  expect(log).not.toContain(`home=${process.env['HOME']}`)
  expect(log.split('\n')).toEqual(expect.arrayContaining(['0', 'from the other branch', '1', '0']))
})

test('actions of a suite run from its folder, local and composite ones from the checkout', async () => {
  const suite = await mkdtemp(join(tmpdir(), 'suite-'))
  await mkdir(join(suite, 'actions/hello'), { recursive: true })
  await mkdir(join(suite, 'node_modules'))
  await mkdir(join(suite, 'dist'))
  const yaml =
    'name: hello\ninputs: { who: { required: true } }\noutputs: { said: {} }\nruns: { using: node24, main: ../../dist/hello.cjs }\n'
  await writeFile(join(suite, 'actions/hello/action.yml'), yaml)
  await writeFile(
    join(suite, 'dist/hello.cjs'),
    "require('fs').appendFileSync(process.env.GITHUB_OUTPUT, 'said=hello ' + process.env.INPUT_WHO)",
  )
  const composite = `name: c
description: c
outputs: { out: { value: "\${{ steps.in.outputs.x }}" } }
runs:
  using: composite
  steps: [{ id: in, shell: bash, run: echo x=composed >> "$GITHUB_OUTPUT" }]
`

  await using emulated = await startEmulatorWithRunner(
    {
      'own/action.yml': composite,
      ...workflow(`
  use:
    runs-on: ubuntu-latest
    outputs: { said: "\${{ steps.hello.outputs.said }}, \${{ steps.own.outputs.out }}" }
    steps:
      - uses: actions/checkout@v7
      - { id: hello, uses: suite/all/actions/hello@v1, with: { who: "\${{ github.actor }}" } }
      - { id: own, uses: ./own }
  tell:
    needs: use
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "said: \${{ needs.use.outputs.said }}"' }]
`),
    },
    { 'suite/all@v1': suite },
  )
  await emulated.call('POST', dispatch, { ref: 'main' })
  await emulated.runner.idle()
  await rm(suite, { recursive: true })

  expect(jobOf(emulated.runs[0], 'tell').log).toContain('said: hello ada, composed')
})

test('cancelling interrupts the step, lets it say goodbye, runs what always runs, and leaves no process', async () => {
  await using emulated = await startEmulatorWithRunner(
    workflow(`
  long:
    runs-on: ubuntu-latest
    steps:
      - run: trap 'echo goodbye; exit 1' INT; (sleep 31415 &); while true; do echo waiting; sleep 0.1; done
      - run: echo never
      - if: always()
        run: echo "always, status \${{ job.status }}"
  after:
    needs: long
    runs-on: ubuntu-latest
    steps: [{ run: echo never }]
  mend:
    needs: long
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "long was \${{ needs.long.result }}"' }]
`),
  )
  await emulated.call('POST', dispatch, { ref: 'main' })
  await expect.poll(() => emulated.runs[0]?.jobs[0]?.log, { timeout: 10_000 }).toContain('waiting')
  await emulated.call('POST', `/repos/${repo}/actions/runs/${emulated.runs[0]?.id}/cancel`)
  await emulated.runner.idle()

  expect(emulated.runs[0]?.conclusion).toBe('cancelled')
  expect(conclusions(emulated.runs[0])).toEqual({ long: 'cancelled', after: 'cancelled', mend: 'success' })
  const { log } = jobOf(emulated.runs[0], 'long')
  expect(log).toContain('goodbye')
  expect(log).toContain('always')
  expect(log).not.toMatch(/^never$/m)
  expect(jobOf(emulated.runs[0], 'mend').log).toContain('long was cancelled')
  expect((await execa('ps', ['-eo', 'args'])).stdout).not.toContain('sleep 31415')
})

test('a workflow that asks for what the rehearsal cannot do fails, and says what', async () => {
  await using emulated = await startEmulatorWithRunner(
    workflow('  a:\n    runs-on: ubuntu-latest\n    container: one\n    steps: [{ run: echo }]\n'),
  )

  await emulated.call('POST', dispatch, { ref: 'main' })
  await emulated.runner.idle()

  expect(emulated.runs.map(({ conclusion }) => conclusion)).toEqual(['failure'])
  expect(emulated.runs[0]?.jobs[0]?.log).toContain('containers are not supported')
})

test('what protects an environment counts when the job is reached: it waits for a reviewer, and until then has no secrets', async () => {
  await using emulated = await startEmulatorWithRunner(
    workflow(`
  before:
    runs-on: ubuntu-latest
    steps: [{ run: echo before }]
  go:
    needs: before
    runs-on: ubuntu-latest
    environment: { name: keys, deployment: false }
    steps: [{ run: 'echo "$KEY" | wc -c', env: { KEY: "\${{ secrets.KEY }}" } }]
  after:
    needs: go
    runs-on: ubuntu-latest
    steps: [{ run: echo after }]
`),
  )
  const olga = emulated.emulator.createUser('olga')
  const { environments } = emulated.emulator.repository(repo)
  const keys = { name: 'keys', branches: ['main'], secrets: { KEY: 'a-key' }, variables: {} }
  environments.set('keys', keys)
  // Protected only after the run has begun: that it began before makes no difference.
  const begun = emulated.emulator.onEvent(({ name, action }) => {
    if (name === 'workflow_run' && action === 'in_progress') environments.set('keys', { ...keys, reviewers: ['olga'] })
  })
  const waits = (): Promise<number> =>
    waitUntil('a job to wait', 60, async () => {
      const run = emulated.runs.at(-1)
      return run?.status === 'waiting' ? run.id : undefined
    })
  const say = async (id: number, state: 'approved' | 'rejected'): Promise<void> => {
    const client = getOctokit(olga.token, { baseUrl: emulated.emulator.url })
    const at = { owner: repo.split('/')[0] ?? '', repo: repo.split('/')[1] ?? '', run_id: id }
    const { data } = await client.rest.actions.getPendingDeploymentsForRun(at)
    const environment_ids = data.flatMap(({ environment }) => environment.id ?? [])
    await client.rest.actions.reviewPendingDeploymentsForRun({ ...at, environment_ids, state, comment: 'So be it' })
  }

  await emulated.call('POST', dispatch, { ref: 'main' })
  const first = await waits()
  expect(emulated.runs[0]?.jobs.map(({ name, status, log }) => [name, status, log === ''])).toEqual([
    ['before', 'completed', false],
    ['go', 'waiting', true],
  ])
  await say(first, 'approved')
  await emulated.runner.idle()
  begun()
  expect(conclusions(emulated.runs[0])).toEqual({ before: 'success', go: 'success', after: 'success' })
  expect(jobOf(emulated.runs[0], 'go').log).toContain('6')

  await emulated.call('POST', dispatch, { ref: 'main' })
  await say(await waits(), 'rejected')
  await emulated.runner.idle()
  expect(conclusions(emulated.runs[1])).toEqual({ before: 'success', go: 'failure', after: 'skipped' })
  expect(jobOf(emulated.runs[1], 'go').log).toContain('olga rejected the deployment to keys: So be it')

  await emulated.call('POST', dispatch, { ref: 'main' })
  await emulated.call('POST', `/repos/${repo}/actions/runs/${await waits()}/cancel`)
  await emulated.runner.idle()
  expect(conclusions(emulated.runs[2])).toMatchObject({ before: 'success', go: 'cancelled' })
})
