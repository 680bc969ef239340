import { expect, test } from 'vitest'
import { conclusions, jobOf, repo, startEmulatorWithRunner } from '../fixtures/emulator-with-runner.js'

test('a run that is started again runs all its jobs, as its next attempt', async () => {
  await using emulated = await startEmulatorWithRunner({
    '.github/workflows/test.yml': `name: Test
on: { push: { branches: [main] } }
permissions: {}
concurrency: { group: lockstep-deploy, queue: max }
jobs:
  plan:
    runs-on: ubuntu-latest
    outputs: { attempt: "\${{ steps.plan.outputs.attempt }}" }
    steps:
      - id: plan
        run: echo "attempt=$GITHUB_RUN_ATTEMPT" >> "$GITHUB_OUTPUT"
  deploy:
    needs: plan
    runs-on: ubuntu-latest
    steps:
      - run: echo "planned by \${{ needs.plan.outputs.attempt }}, for \${{ github.triggering_actor }}"; test "$GITHUB_RUN_ATTEMPT" = 2
  wave:
    needs: deploy
    runs-on: ubuntu-latest
    steps:
      - run: echo next
`,
  })
  await emulated.push('main', { 'a.txt': '1' })
  await emulated.runner.idle()
  const [run] = emulated.runs
  expect(conclusions(run)).toEqual({ plan: 'success', deploy: 'failure', wave: 'skipped' })

  await emulated.call('POST', `/repos/${repo}/actions/runs/${run?.id}/rerun`)
  await emulated.runner.idle()

  expect(run).toMatchObject({ attempt: 2, conclusion: 'success', number: 1 })
  expect(conclusions(run)).toEqual({ plan: 'success', deploy: 'success', wave: 'success' })
  expect(jobOf(run, 'deploy').log).toContain('planned by 2, for ada')
  expect(emulated.history.filter((one) => one !== 'job-started 1' && one !== 'job-ended 1')).toEqual([
    ...['run-queued 1', 'run-started 1', 'run-ended 1'],
    ...['run-queued 1', 'run-started 1', 'run-ended 1'],
  ])
})
