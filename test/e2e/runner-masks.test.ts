import { expect, test } from 'vitest'
import { jobOf, repo, startEmulatorWithRunner } from '../fixtures/emulator-with-runner.js'

// A15
test('an output with a line of a secret, or a mask of a step, does not reach the next job, and the log says so', async () => {
  await using emulated = await startEmulatorWithRunner({
    '.github/workflows/test.yml': `name: Test
on: { workflow_dispatch: {} }
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: { name: keys, deployment: false }
    outputs:
      json: \${{ steps.set.outputs.json }}
      line: \${{ steps.set.outputs.line }}
      late: \${{ steps.set.outputs.late }}
      part: \${{ steps.set.outputs.part }}
      empty: ""
    steps:
      - id: set
        run: |
          echo 'json={"a":1}' >> "$GITHUB_OUTPUT"
          echo "line=it is kind: Config" >> "$GITHUB_OUTPUT"
          echo "::add-mask::first%0A  second"
          echo "late=the second" >> "$GITHUB_OUTPUT"
          echo "part=kind" >> "$GITHUB_OUTPUT"
  tell:
    needs: deploy
    runs-on: ubuntu-latest
    steps:
      - env: { NEEDS: "\${{ toJSON(needs) }}" }
        run: echo "$NEEDS" | tr -d ' \\n'
`,
  })
  const secrets = { KUBECONFIG: '{\n  kind: Config\n}\n' }
  emulated.emulator
    .repository(repo)
    .environments.set('keys', { name: 'keys', branches: ['main'], secrets, variables: {} })
  await emulated.call('POST', `/repos/${repo}/actions/workflows/test.yml/dispatches`, { ref: 'main' })
  await emulated.runner.idle()

  const [run] = emulated.runs
  expect(jobOf(run, 'tell').log).toContain('{"deploy":{"outputs":{"part":"kind"},"result":"success"}}')
  for (const output of ['json', 'line', 'late'])
    expect(jobOf(run, 'deploy').log).toContain(`Skip output '${output}' since it may contain secret.`)
})
