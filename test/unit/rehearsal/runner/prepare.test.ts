import { expect, test } from 'vitest'
import type { JobRequest } from '../../../../rehearsal/runner/jobs.js'
import { actVariables, oneJobWorkflow, usedActions } from '../../../../rehearsal/runner/prepare.js'
import { parseWorkflow } from '../../../../rehearsal/runner/workflow.js'

const workflow = parseWorkflow(
  '.github/workflows/deploy.yml',
  `
name: Deploy
on: { push: , workflow_dispatch: { inputs: { cluster: { type: string } } } }
concurrency: { group: lockstep-deploy, queue: max }
env: { REGION: eu }
jobs:
  plan: { runs-on: ubuntu-latest, steps: [{ run: echo }] }
  deploy:
    needs: plan
    runs-on: ubuntu-latest
    environment: { name: "\${{ inputs.cluster }}", deployment: false }
    permissions: { contents: read }
    env: { CLUSTER: "\${{ inputs.cluster }}" }
    steps:
      - uses: actions/checkout@v7
      - uses: lockstep-suite/lockstep/actions/helm-deploy@0000000000000000000000000000000000000000
        if: needs.plan.outputs.any == 'yes'
        with: { plan: "\${{ needs.plan.outputs.result }}", kubeconfig: "\${{ secrets.KUBECONFIG }}" }
      - uses: ./own
      - run: echo "$ACTOR"
        env: { ACTOR: "\${{ github.triggering_actor }}" }
`,
)

function request(): JobRequest {
  const job = workflow.jobs.deploy
  if (!job) throw new Error('no job')
  return {
    name: 'deploy',
    id: 'deploy',
    job,
    workflow,
    matrix: { cluster: 'a' },
    contexts: {},
    given: { kind: 'all', secrets: {} },
    permissions: {},
  }
}

test('act gets the one job, without what it does not know, and with its matrix as it stands', () => {
  const { on, env, jobs, ...rest } = JSON.parse(oneJobWorkflow(request(), 'push'))
  expect({ on, env, rest }).toEqual({ on: 'push', env: { REGION: 'eu' }, rest: { name: 'Deploy' } })
  expect(Object.keys(jobs)).toEqual(['deploy'])
  expect(Object.keys(jobs.deploy).sort()).toEqual(['env', 'runs-on', 'steps', 'strategy'])
  expect(jobs.deploy.strategy).toEqual({ matrix: { include: [{ cluster: 'a' }] } })
})

test("what other jobs said, the inputs, and what act's github context lacks come from a variable; secrets stay as they are", () => {
  const { env, steps } = JSON.parse(oneJobWorkflow(request(), 'push')).jobs.deploy
  const carried = (path: string): string => `\${{ fromJSON(vars.REHEARSAL_CONTEXT).${path} }}`
  expect(env.CLUSTER).toBe(carried('inputs.cluster'))
  expect(steps[1].if).toBe("fromJSON(vars.REHEARSAL_CONTEXT).needs.plan.outputs.any == 'yes'")
  expect(steps[1].with).toEqual({ plan: carried('needs.plan.outputs.result'), kubeconfig: '${{ secrets.KUBECONFIG }}' })
  expect(steps[3].env.ACTOR).toBe(carried('github.triggering_actor'))

  const variables = actVariables({ needs: { plan: { result: 'success' } }, inputs: { cluster: 'a' } }, { OWN: '1' })
  expect(variables.OWN).toBe('1')
  expect(JSON.parse(variables.REHEARSAL_CONTEXT ?? '')).toEqual({
    github: {},
    needs: { plan: { result: 'success' } },
    inputs: { cluster: 'a' },
  })
})

test('the actions of other repositories are known by repository and ref', () => {
  expect(usedActions(request())).toEqual([
    'actions/checkout@v7',
    'lockstep-suite/lockstep@0000000000000000000000000000000000000000',
  ])
})
