import { endOf, inJob, runOf, runWorkflow } from './jobs.js'
import type { Place } from './place.js'
import type { Probe } from './probe.js'
import type { ProbeSession } from './session.js'

const plain = 'plain'
const job = (script: string, more = ''): string =>
  `{ runs-on: ubuntu-latest, timeout-minutes: 5, ${more}steps: [{ id: s, run: ${JSON.stringify(script)} }] }`

/** A file that calls another one three, or two, times; the called one by the side of it. */
async function matrixOfCalls(session: ProbeSession, place: Place, strategy: string, called: string, after = '') {
  const path = `.github/workflows/${place.name()}-called.yml`
  const calling = `permissions: {}
jobs:
  call:
    strategy: ${strategy}
    uses: ./${path}
    with: { which: '\${{ matrix.which }}' }
${after}`
  const inputs = 'inputs: { which: { type: string, required: true } }'
  const head = `on: { workflow_call: { ${inputs}, outputs: { word: { value: '\${{ jobs.one.outputs.word }}' } } } }\n`
  return runWorkflow(session, place, calling, { [path]: `${head}permissions: {}\n${called}` })
}

/** Two attempts of a run of which a job sets an output in the first alone; what the second attempt's other job is told. */
async function secondAttempt(session: ProbeSession, onlyFailed: boolean): Promise<string> {
  const place = await session.place(plain)
  const { ref, user } = place
  const first = await runWorkflow(
    session,
    place,
    `permissions: {}
jobs:
  one: ${job(
    'if [ "$GITHUB_RUN_ATTEMPT" = 1 ]; then echo word=first >> "$GITHUB_OUTPUT"; fi; exit 1',
    "outputs: { word: '${{ steps.s.outputs.word }}' }, ",
  )}
  two:
    needs: one
    if: always()
    runs-on: ubuntu-latest
    steps: [{ env: { WORD: '\${{ needs.one.outputs.word }}' }, run: 'echo "heard:$WORD:"' }]
`,
  )
  const run = { ...ref, run_id: first.id }
  await (onlyFailed ? user.rest.actions.reRunWorkflowFailedJobs(run) : user.rest.actions.reRunWorkflow(run))
  const { jobs } = await endOf(session, place, first.id, 2)
  const two = jobs.find(({ name }) => name === 'two')
  const log = await user.rest.actions.downloadJobLogsForWorkflowRun({ ...ref, job_id: two?.id ?? 0 })
  // GitHub shows the script as well, with the name of the variable.
  return String(log.data).includes('heard:first:') ? 'that of the first attempt' : 'none'
}

/** Commits a workflow that listens to pushes of one file, and lets the App push it. The run's workflow and commit. */
async function pushedByApp(session: ProbeSession, place: Place, rest: string) {
  const [path, trigger] = [`.github/workflows/${place.name()}.yml`, `${place.name()}.txt`]
  await place.commit('main', { [path]: `on: { push: { branches: [main], paths: ['${trigger}'] } }\n${rest}` })
  const sha = await place.commit('main', { [trigger]: '1' }, place.app)
  const id = await runOf(session, place, path, sha)
  await endOf(session, place, id)
  return (await place.user.rest.actions.getWorkflowRun({ ...place.ref, run_id: id })).data
}

const idle = `jobs: { a: ${job('true')} }\n`

/** A job's token starts a workflow, to whose end another one listens. */
async function startedByJob(session: ProbeSession) {
  const place = await session.place(plain)
  const [name, listening] = [place.name(), place.name()]
  const file = (path: string): string => `.github/workflows/${path}.yml`
  await place.commit('main', {
    [file(name)]: `name: ${name}\non: workflow_dispatch\n${idle}`,
    [file(listening)]: `on: { workflow_run: { workflows: ['${name}'], types: [completed] } }\n${idle}`,
  })
  const script = `let answer
// A workflow that was just committed is not always known at once.
for (let n = 0; n < 20 && answer?.status !== 204; n += 1) {
  if (n > 0) await new Promise((done) => setTimeout(done, 3000))
  answer = await rest('POST', repo + '/actions/workflows/${name}.yml/dispatches', { ref: 'main' })
}
tell(answer.status)`
  await inJob<number>(session, place, '{ actions: write }', script)
  const list = async (workflow: string) => {
    const { data } = await place.user.rest.actions.listWorkflowRunsForRepo({ ...place.ref, per_page: 100 })
    return data.workflow_runs.filter((run) => run.path.split('@')[0] === file(workflow))
  }
  const run = await session.until('the run that a job started', async () =>
    (await list(name)).find(({ status }) => status === 'completed'),
  )
  return { run, heard: async () => (await list(listening)).length }
}

export const actionsRuns: Probe[] = [
  {
    row: 'I6',
    expected: "one by the run's actor, payload {}",
    otherwise: 'rehearsal/github/job-deployments.ts',
    async ask(session) {
      const place = await session.place(plain)
      const environment = place.name()
      await pushedByApp(session, place, `jobs: { a: ${job('true', `environment: ${environment}, `)} }\n`)
      const { data } = await place.user.rest.repos.listDeployments({ ...place.ref, environment })
      const [one] = data
      if (!one) return 'none'
      const actor = one.creator?.login === session.app.login ? "the run's actor" : one.creator?.login
      return `one by ${actor}, payload ${JSON.stringify(one.payload)}`
    },
  },
  {
    row: 'I13',
    expected: 'github-actions[bot]',
    otherwise: 'rehearsal/runner/occasions.ts',
    async ask(session) {
      return String((await startedByJob(session)).run.triggering_actor?.login)
    },
  },
  {
    row: 'A4',
    expected: 'heard by nobody',
    otherwise: 'rehearsal/github/events.ts',
    async ask(session) {
      const { heard } = await startedByJob(session)
      await session.settle()
      return (await heard()) === 0 ? 'heard by nobody' : 'heard'
    },
  },
  {
    row: 'A6',
    expected: 'the run-name',
    otherwise: 'rehearsal/runner/runner.ts',
    async ask(session) {
      const place = await session.place(plain)
      const { id } = await runWorkflow(session, place, `name: other\nrun-name: called ${place.ref.repo}\n${idle}`)
      const { data } = await place.user.rest.actions.getWorkflowRun({ ...place.ref, run_id: id })
      return data.display_title === `called ${place.ref.repo}` ? 'the run-name' : data.display_title
    },
  },
  {
    row: 'A8',
    expected: 'no Deployment',
    otherwise: 'rehearsal/runner/job-values.ts',
    async ask(session) {
      const place = await session.place(plain)
      const environment = place.name()
      const with_ = `environment: { name: ${environment}, deployment: false }, `
      const { conclusion } = await runWorkflow(session, place, `jobs: { a: ${job('true', with_)} }\n`)
      const { data } = await place.user.rest.repos.listDeployments({ ...place.ref, environment })
      return conclusion !== 'success'
        ? `the run ended with ${conclusion}`
        : data.length
          ? 'a Deployment'
          : 'no Deployment'
    },
  },
  {
    row: 'A10',
    expected: 'success',
    otherwise: 'rehearsal/runner/workflow.ts',
    async ask(session) {
      const run = await runWorkflow(session, await session.place(plain), `jobs:\n  a: &a ${job('true')}\n  b: *a\n`)
      return run.jobs.length === 2 ? String(run.conclusion) : `${run.conclusion}, with ${run.jobs.length} jobs`
    },
  },
  {
    row: 'A13',
    expected: 'one after the other',
    otherwise: 'callsAtOnce of the runner (rehearsal/runner/jobs.ts)',
    async ask(session) {
      const place = await session.place(plain)
      const strategy = '{ max-parallel: 1, matrix: { which: [a, b, c] } }'
      const { jobs } = await matrixOfCalls(session, place, strategy, `jobs: { one: ${job('sleep 3')} }\n`)
      const times = jobs
        .map(({ started_at, completed_at }) => [Date.parse(started_at), Date.parse(completed_at ?? '')] as const)
        .sort(([a], [b]) => a - b)
      const apart = times.every(([start], index) => index === 0 || start >= (times[index - 1]?.[1] ?? 0) - 1000)
      return apart ? 'one after the other' : 'at once'
    },
  },
  {
    row: 'A14',
    expected: 'none of one that failed',
    otherwise: 'callOutputs of the runner (rehearsal/runner/jobs.ts)',
    async ask(session) {
      const place = await session.place(plain)
      const script = 'if [ "$WHICH" = b ]; then echo word=failed >> "$GITHUB_OUTPUT"; exit 1; fi'
      const run = await matrixOfCalls(
        session,
        place,
        '{ fail-fast: false, matrix: { which: [a, b] } }',
        `jobs:
  one:
    runs-on: ubuntu-latest
    outputs: { word: '\${{ steps.s.outputs.word }}' }
    steps: [{ id: s, env: { WHICH: '\${{ inputs.which }}' }, run: ${JSON.stringify(script)} }]
`,
        `  after:
    needs: call
    if: always()
    runs-on: ubuntu-latest
    steps: [{ env: { WORD: '\${{ needs.call.outputs.word }}' }, run: 'echo "heard:$WORD:"' }]
`,
      )
      const after = run.jobs.find(({ name }) => name === 'after')
      const log = await place.user.rest.actions.downloadJobLogsForWorkflowRun({ ...place.ref, job_id: after?.id ?? 0 })
      return String(log.data).includes('heard:failed:') ? 'that of one that failed' : 'none of one that failed'
    },
  },
  {
    row: 'A17',
    expected: 'that of the first attempt',
    otherwise: 'rehearsal/runner/machine.ts',
    ask: (session) => secondAttempt(session, true),
  },
  {
    row: 'A35',
    expected: 'none',
    otherwise: 'rehearsal/runner/runner.ts',
    ask: (session) => secondAttempt(session, false),
  },
  {
    row: 'C12',
    expected: "a run by the App's bot",
    otherwise: 'rehearsal/github/pull-merge.ts',
    async ask(session) {
      const place = await session.place(plain)
      const path = `.github/workflows/${place.name()}.yml`
      const pull = await place.pull()
      await place.commit('main', {
        [path]: `on: { push: { branches: [main], paths: ['${pull.branch}.txt'] } }\n${idle}`,
      })
      await place.app.rest.pulls.merge({ ...place.ref, pull_number: pull.number })
      const run_id = await runOf(session, place, path, await place.tip())
      const { data } = await place.user.rest.actions.getWorkflowRun({ ...place.ref, run_id })
      return data.actor?.login === session.app.login ? "a run by the App's bot" : `a run by ${data.actor?.login}`
    },
  },
]
