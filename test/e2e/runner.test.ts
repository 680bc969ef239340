import { expect, test } from 'vitest'
import type { Unsettled } from '../../rehearsal/runner/jobs.js'
import { conclusions, jobOf, repo, startEmulatorWithRunner } from '../fixtures/emulator-with-runner.js'

const deploy = `
name: Deploy
run-name: "Deploy, and break '\${{ inputs.broken }}'"
on:
  push: { branches: [main] }
  workflow_dispatch:
    inputs: { broken: { type: string, default: '' } }
permissions: {}
concurrency: { group: lockstep-deploy, queue: max }
jobs:
  plan:
    runs-on: ubuntu-latest
    permissions: { contents: read }
    outputs:
      staging: \${{ steps.plan.outputs.staging }}
      prod: \${{ steps.plan.outputs.prod }}
      rest: \${{ steps.plan.outputs.rest }}
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
        with: { persist-credentials: false, fetch-depth: 0 }
      - id: plan
        run: |
          test "$(git rev-parse HEAD)" = "$GITHUB_SHA"
          cat plan.txt >> "$GITHUB_OUTPUT"
          echo '## Plan' >> "$GITHUB_STEP_SUMMARY"
      - uses: actions/upload-artifact@v7
        with: { name: chart, path: plan.txt }
  staging:
    needs: plan
    uses: ./.github/workflows/deploy-cluster.yml
    strategy: { matrix: { cluster: "\${{ fromJSON(needs.plan.outputs.staging) }}" } }
    with: { cluster: "\${{ matrix.cluster }}", broken: "\${{ inputs.broken }}" }
    permissions: { contents: read }
    secrets: inherit
  prod:
    needs: [plan, staging]
    uses: ./.github/workflows/deploy-cluster.yml
    strategy: { matrix: { cluster: "\${{ fromJSON(needs.plan.outputs.prod) }}" } }
    with: { cluster: "\${{ matrix.cluster }}", broken: "\${{ inputs.broken }}" }
    permissions: { contents: read }
    secrets: inherit
  rest:
    needs: [plan, prod]
    if: \${{ needs.plan.outputs.rest != '[]' }}
    uses: ./.github/workflows/deploy-cluster.yml
    strategy: { matrix: { cluster: "\${{ fromJSON(needs.plan.outputs.rest) }}" } }
    with: { cluster: "\${{ matrix.cluster }}" }
    secrets: inherit
  report:
    needs: [staging, prod]
    if: \${{ !cancelled() }}
    runs-on: ubuntu-latest
    steps:
      - run: echo "staging is \${{ needs.staging.result }}, said \${{ needs.staging.outputs.said }}, prod is \${{ needs.prod.result }}"
`

const deployCluster = `
name: Deploy one cluster
on:
  workflow_call:
    inputs:
      cluster: { type: string, required: true }
      broken: { type: string, default: '' }
    outputs:
      said: { value: "\${{ jobs.record.outputs.said }}" }
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: { name: "\${{ inputs.cluster }}", deployment: false }
    outputs:
      result: \${{ steps.deploy.outputs.result }}
    steps:
      - uses: actions/download-artifact@v8
        with: { name: chart }
      - id: deploy
        env:
          KUBECONFIG_CONTENT: \${{ secrets.KUBECONFIG }}
          GATE: \${{ secrets.GATE_KEY }}
        run: |
          test -s plan.txt
          printf '%s' "$KUBECONFIG_CONTENT" | base64 --wrap=0; echo; echo "gate key: \${GATE:-none}"
          echo 'result={"deployed":"\${{ inputs.cluster }}"}' >> "$GITHUB_OUTPUT"
          test "\${{ inputs.cluster }}" != "\${{ inputs.broken }}"
  record:
    needs: deploy
    if: always()
    runs-on: ubuntu-latest
    environment: { name: lockstep, deployment: false }
    outputs:
      said: \${{ steps.record.outputs.said }}
    steps:
      - id: record
        env:
          RESULT: \${{ needs.deploy.outputs.result }}
          GATE: \${{ secrets.GATE_KEY }}
          KUBE: \${{ secrets.KUBECONFIG }}
        run: |
          echo "deploy was \${{ needs.deploy.result }}: $RESULT; gate key has \${#GATE} bytes; kubeconfig: \${KUBE:-none}"
          echo "run \${{ github.run_id }}/\${{ github.run_attempt }} by \${{ github.triggering_actor }} at \${{ github.sha }}"
          echo "said=\${{ fromJSON(needs.deploy.outputs.result).deployed }}" >> "$GITHUB_OUTPUT"
`

const files = {
  'plan.txt': 'staging=["a"]\nprod=["b","c"]\nrest=[]\n',
  '.github/workflows/deploy.yml': deploy,
  '.github/workflows/deploy-cluster.yml': deployCluster,
}

const kubeconfig = (name: string): string =>
  `apiVersion: v1\nclusters:\n  - name: "${name}"\n    token: 'it''s $HOME {{ }} #1'\n`

async function deployInstallation(unsettled: Unsettled = {}) {
  const emulated = await startEmulatorWithRunner(files, {}, unsettled)
  const { environments } = emulated.emulator.repository(repo)
  for (const name of ['a', 'b', 'c']) {
    environments.set(name, { name, branches: ['main'], secrets: { KUBECONFIG: kubeconfig(name) }, variables: {} })
  }
  environments.set('lockstep', {
    name: 'lockstep',
    branches: ['main'],
    secrets: { GATE_KEY: 'k'.repeat(40) },
    variables: {},
  })
  return emulated
}

const dispatch = `/repos/${repo}/actions/workflows/deploy.yml/dispatches`

test('a deploy goes wave by wave, and every job sees the secrets of its own environment only', async () => {
  await using emulated = await deployInstallation()

  await emulated.call('POST', dispatch, { ref: 'main' })
  await emulated.runner.idle()

  const [run] = emulated.runs
  expect(conclusions(run)).toEqual({
    plan: 'success',
    'staging (a) / deploy': 'success',
    'staging (a) / record': 'success',
    'prod (b) / deploy': 'success',
    'prod (b) / record': 'success',
    'prod (c) / deploy': 'success',
    'prod (c) / record': 'success',
    rest: 'skipped',
    report: 'success',
  })
  expect(run?.conclusion).toBe('success')
  for (const [wave, name] of [
    ['staging', 'a'],
    ['prod', 'b'],
    ['prod', 'c'],
  ] as const) {
    const { log } = jobOf(run, `${wave} (${name}) / deploy`)
    expect(log).toContain(Buffer.from(kubeconfig(name)).toString('base64'))
    expect(log).toContain('gate key: none')
  }
  const record = jobOf(run, 'staging (a) / record').log
  expect(record).toContain('deploy was success: {"deployed":"a"}; gate key has 40 bytes; kubeconfig: none')
  expect(record).toContain(`run ${run?.id}/1 by ada at ${run?.headSha}`)
  expect(jobOf(run, 'report').log).toContain('staging is success, said a, prod is success')
  expect(jobOf(run, 'plan').log).toContain('## Plan')
})

// A14
test.each<[Unsettled['callOutputs'], string]>([
  ['successful', ''],
  ['all', 'a'],
])(
  'a wave that fails is recorded, stops the next, and still lets the last job tell (outputs of %s)',
  async (callOutputs, said) => {
    await using emulated = await deployInstallation({ ...(callOutputs && { callOutputs }) })

    await emulated.call('POST', dispatch, { ref: 'main', inputs: { broken: 'a' } })
    await emulated.runner.idle()

    const [run] = emulated.runs
    expect(conclusions(run)).toEqual({
      plan: 'success',
      'staging (a) / deploy': 'failure',
      'staging (a) / record': 'success',
      prod: 'skipped',
      rest: 'skipped',
      report: 'success',
    })
    expect(run).toMatchObject({ conclusion: 'failure', name: 'Deploy', title: "Deploy, and break 'a'" })
    expect(jobOf(run, 'staging (a) / record').log).toContain('deploy was failure: {"deployed":"a"}')
    expect(jobOf(run, 'report').log).toContain(`staging is failure, said ${said}, prod is skipped`)
  },
)

test('pushes to main queue in their order, and none is lost', async () => {
  await using emulated = await deployInstallation()

  for (const n of [1, 2, 3]) await emulated.push('main', { 'plan.txt': `staging=["a"]\nprod=["b"]\nrest=[]\nn=${n}\n` })
  await emulated.runner.idle()

  expect(emulated.runs.map(({ conclusion }) => conclusion)).toEqual(['success', 'success', 'success'])
  expect(emulated.history.filter((line) => /run-(started|ended)/.test(line))).toEqual(
    [1, 2, 3].flatMap((n) => [`run-started ${n}`, `run-ended ${n}`]),
  )
})

test('a branch that an environment does not admit gets no secret of it: neither pushed nor as a pull request', async () => {
  const reach = (event: string): string => `
on: ${event}
jobs:
  steal:
    runs-on: ubuntu-latest
    environment: { name: lockstep, deployment: false }
    steps: [{ run: 'echo "\${#KEY} bytes"', env: { KEY: "\${{ secrets.GATE_KEY }}" } }]
  unknown:
    runs-on: ubuntu-latest
    environment: { name: lockstepp, deployment: false }
    steps: [{ run: 'echo "\${#KEY} bytes"', env: { KEY: "\${{ secrets.GATE_KEY }}" } }]
`
  await using emulated = await deployInstallation()
  const evil = { '.github/workflows/push.yml': reach('push'), '.github/workflows/pull.yml': reach('pull_request') }

  await emulated.push('evil', evil)
  await emulated.call('POST', `/repos/${repo}/pulls`, { title: 'Evil', head: 'evil', base: 'main' })
  await emulated.runner.idle()

  expect(emulated.runs.map(({ event }) => event).sort()).toEqual(['pull_request', 'push'])
  for (const run of emulated.runs) {
    expect(conclusions(run)).toEqual({ steal: 'failure', unknown: 'success' })
    expect(jobOf(run, 'steal').log).toContain('is not allowed to deploy to lockstep')
    expect(jobOf(run, 'steal').log).not.toContain('bytes')
    expect(jobOf(run, 'unknown').log).toContain('0 bytes')
  }
})
