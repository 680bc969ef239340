import type { OperationId } from '../../../../rehearsal/github/permissions.js'
import { at, commitFile, deploy, type EmulatorFixture } from '../../../fixtures/emulator.js'

/** What there is for the operations to be about. */
export interface Facts {
  main: string
  /** A commit, tree and blob on the branch `topic`, which is pull request 2. */
  head: string
  tree: string
  blob: string
  comments: number[]
  /** An approval of pull request 2. */
  review: number
  check: number
  deployment: number
  /** Another one, without a status. */
  spare: number
  run: number
  /** A run that is over. */
  ended: number
  /** Another run that has ended. */
  failed: number
  /** A run that waits for an approval. */
  held: number
  job: number
}

export interface Sample {
  /** Values of the route's parameters, besides owner and repo. */
  params?: Record<string, string | number>
  query?: string
  body?: unknown
}

/** @param n 0, or 1 for the second time: an operation that any one of two permissions allows is called with each. */
type Make = (facts: Facts, n: number) => Sample

/** Issue 1; pull requests 2 (topic), 3 (ready to be merged), 4 (behind its base), 5 (merged); checks, deployments and runs. */
export async function prepare(fixture: EmulatorFixture): Promise<Facts> {
  const { github } = fixture
  const ada = fixture.client(fixture.ada.token)
  const job = fixture.client(github.mintJobToken(deploy, { checks: 'write', deployments: 'write' }, 1))
  const main = (await ada.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha
  await ada.rest.issues.create({ ...at, title: 'An issue', labels: ['seen'] })
  const head = await commitFile(ada, 'topic', 'topic.txt', '1')
  const ready = await commitFile(ada, 'ready', 'ready.txt', '1')
  await commitFile(ada, 'behind', 'behind.txt', '1')
  for (const branch of ['topic', 'ready', 'behind'])
    await ada.rest.pulls.create({ ...at, head: branch, base: 'main', title: branch })
  await commitFile(ada, 'done', 'done.txt', '1')
  await ada.rest.pulls.create({ ...at, head: 'done', base: 'main', title: 'done' })
  await ada.rest.pulls.merge({ ...at, pull_number: 5 })
  await ada.rest.git.createRef({ ...at, ref: 'refs/heads/gone', sha: main })
  await ada.rest.git.createRef({ ...at, ref: 'refs/tags/v1', sha: main })
  await ada.rest.issues.addLabels({ ...at, issue_number: 2, labels: ['old-0', 'old-1'] })
  await ada.rest.issues.addAssignees({ ...at, issue_number: 2, assignees: ['ada'] })
  await ada.rest.pulls.createReview({ ...at, pull_number: 2, event: 'COMMENT', body: 'Hm' })
  const rob = fixture.client(github.createUser('rob').token)
  const { data: review } = await rob.rest.pulls.createReview({ ...at, pull_number: 2, event: 'APPROVE' })
  await ada.rest.repos.createCommitStatus({ ...at, sha: head, state: 'success' })
  const comments = await Promise.all(
    [0, 1, 2].map(async () => (await ada.rest.issues.createComment({ ...at, issue_number: 2, body: 'Hm' })).data.id),
  )
  const { data: check } = await job.rest.checks.create({ ...at, name: 'lint', head_sha: head })
  const { data: deployment } = await job.rest.repos.createDeployment({
    ...at,
    ref: head,
    required_contexts: [],
    auto_merge: false,
  })
  const { data: spare } = await job.rest.repos.createDeployment({
    ...at,
    ref: head,
    required_contexts: [],
    auto_merge: false,
  })
  if (!('id' in deployment && 'id' in spare)) throw new Error('no deployment')
  await job.rest.repos.createDeploymentStatus({ ...at, deployment_id: deployment.id, state: 'in_progress' })
  // On GitHub a reviewer is a person: the job's is one here because the table of permissions is tested with its token.
  const reviewers = ['ada', 'github-actions[bot]']
  const primary = { name: 'primary', branches: ['main'], reviewers, secrets: {}, variables: {} }
  github.repository(deploy).environments.set('primary', primary)
  github.repository(deploy).requiredCheck = { name: 'ready' }
  github.repository(deploy).classicProtection = { approvals: 0, checks: [] }
  await ada.rest.repos.createCommitStatus({ ...at, sha: ready, state: 'success', context: 'ready' })
  const deployRun = {
    repo: deploy,
    workflow: '.github/workflows/deploy.yml',
    name: 'Deploy',
    event: 'pull_request',
    headBranch: 'topic',
    headSha: head,
    actor: 'ada',
    pullRequests: [2],
  }
  const ended = github.startRun(deployRun)
  github.updateRun(ended.id, { status: 'completed', conclusion: 'failure' })
  const failed = github.startRun(deployRun)
  github.updateRun(failed.id, { status: 'completed', conclusion: 'failure' })
  const held = github.startRun(deployRun)
  github.updateRun(held.id, { status: 'completed', conclusion: 'action_required' })
  const run = github.startRun(deployRun)
  void github.review(run.id, 'primary', new AbortController().signal)
  const steps = [{ name: 'Plan', number: 1, status: 'completed' as const, conclusion: 'success' }]
  github.updateRun(run.id, {
    jobs: [{ name: 'plan', status: 'completed', conclusion: 'success', steps, log: 'done\n' }],
  })
  const { data: tree } = await ada.rest.git.getTree({ ...at, tree_sha: head })
  const blob = tree.tree.find(({ path }) => path === 'topic.txt')?.sha ?? ''
  return {
    main,
    head,
    tree: tree.sha,
    blob,
    comments,
    review: review.id,
    check: check.id,
    deployment: deployment.id,
    spare: spare.id,
    run: run.id,
    ended: ended.id,
    failed: failed.id,
    held: held.id,
    job: run.jobs[0]?.id ?? 0,
  }
}

const none: Make = () => ({})
const issue: Make = () => ({ params: { issue_number: 2 } })
const pull: Make = () => ({ params: { pull_number: 2 } })
const with_ =
  (make: Make, body: Make): Make =>
  (facts, n) => ({ ...make(facts, n), ...body(facts, n) })

/** A request for every operation that asks for a permission in a repository. */
export const samples: Partial<Record<OperationId, Make>> = {
  'repos/get': none,
  'repos/create-fork': () => ({ body: { organization: 'rob' } }),
  'repos/list-activities': () => ({ query: 'ref=topic&activity_type=branch_creation' }),
  'repos/list-branches': none,
  'repos/get-branch': () => ({ params: { branch: 'main' } }),
  'repos/get-branch-protection': () => ({ params: { branch: 'main' } }),
  'repos/list-tags': none,
  'repos/get-content': () => ({ params: { path: 'meta/Chart.yaml' }, query: 'ref=main' }),
  'repos/get-collaborator-permission-level': () => ({ params: { username: 'ada' } }),
  'repos/get-all-environments': none,
  'repos/get-environment': () => ({ params: { environment_name: 'primary' } }),
  'repos/list-deployment-branch-policies': () => ({ params: { environment_name: 'primary' } }),
  'repos/get-repo-rulesets': none,
  'repos/get-repo-ruleset': () => ({ params: { ruleset_id: 1 } }),
  'repos/get-branch-rules': () => ({ params: { branch: 'main' } }),
  'actions/get-github-actions-default-workflow-permissions-repository': none,
  'actions/list-repo-variables': none,
  'actions/list-repo-organization-variables': none,
  'actions/list-repo-workflows': none,

  'git/get-ref': () => ({ params: { ref: 'heads%2Fmain' } }),
  'git/list-matching-refs': () => ({ params: { ref: 'heads/' } }),
  'git/create-ref': ({ main }) => ({ body: { ref: 'refs/heads/made', sha: main } }),
  'git/update-ref': ({ main }) => ({ params: { ref: 'heads/made' }, body: { sha: main, force: true } }),
  'git/delete-ref': () => ({ params: { ref: 'heads/gone' } }),
  'git/get-tree': ({ tree }) => ({ params: { tree_sha: tree }, query: 'recursive=1' }),
  'git/create-tree': ({ tree }) => ({
    body: { base_tree: tree, tree: [{ path: 'a', mode: '100644', type: 'blob', content: '1' }] },
  }),
  'git/get-blob': ({ blob }) => ({ params: { file_sha: blob } }),
  'git/create-blob': () => ({ body: { content: 'MQ==', encoding: 'base64' } }),
  'git/get-commit': ({ head }) => ({ params: { commit_sha: head } }),
  'git/create-commit': ({ head, tree }) => ({ body: { message: 'x', tree, parents: [head] } }),

  'repos/list-commits': () => ({ query: 'sha=topic&per_page=1&path=topic.txt' }),
  'repos/list-pull-requests-associated-with-commit': ({ head }) => ({ params: { commit_sha: head } }),
  'checks/list-for-ref': () => ({ params: { ref: 'topic' }, query: 'check_name=lint&filter=all' }),
  'repos/get-combined-status-for-ref': () => ({ params: { ref: 'topic' } }),
  'repos/list-commit-statuses-for-ref': () => ({ params: { ref: 'topic' } }),
  'repos/get-commit': ({ head }) => ({ params: { ref: head } }),
  'repos/compare-commits': () => ({ params: { basehead: 'main...topic' } }),
  'repos/create-commit-status': ({ head }) => ({ params: { sha: head }, body: { state: 'pending', context: 'x' } }),

  'checks/create': ({ head }) => ({
    body: { name: 'made', head_sha: head, conclusion: 'neutral', output: { title: 'T', summary: 'S' } },
  }),
  'checks/get': ({ check }) => ({ params: { check_run_id: check } }),
  'checks/update': ({ check }) => ({ params: { check_run_id: check }, body: { status: 'in_progress' } }),

  'pulls/list': () => ({ query: 'state=all&head=hub-org:topic' }),
  'pulls/create': () => ({ body: { title: 'T', head: 'topic', base: 'made', draft: true } }),
  'pulls/get': pull,
  'pulls/update': with_(pull, () => ({ body: { title: 'Better', body: 'Because' } })),
  'pulls/list-files': pull,
  'pulls/list-commits': pull,
  'pulls/merge': () => ({ params: { pull_number: 3 }, body: { merge_method: 'squash' } }),
  'pulls/check-if-merged': () => ({ params: { pull_number: 5 } }),
  'pulls/update-branch': () => ({ params: { pull_number: 4 }, body: {} }),
  'pulls/list-requested-reviewers': pull,
  'pulls/request-reviewers': with_(pull, () => ({ body: { reviewers: ['rob'] } })),
  'pulls/list-reviews': pull,
  'pulls/dismiss-review': ({ review }) => ({
    params: { pull_number: 2, review_id: review },
    body: { message: 'Not any more.', event: 'DISMISS' },
  }),
  'pulls/create-review': with_(pull, () => ({ body: { event: 'APPROVE' } })),

  'issues/list-for-repo': () => ({ query: 'state=all&labels=seen' }),
  'issues/create': () => ({ body: { title: 'T', labels: ['seen'], assignees: ['ada'] } }),
  'issues/get-comment': ({ comments }) => ({ params: { comment_id: comments[2] ?? 0 } }),
  'issues/update-comment': ({ comments }) => ({ params: { comment_id: comments[2] ?? 0 }, body: { body: 'Better' } }),
  'issues/delete-comment': ({ comments }, n) => ({ params: { comment_id: comments[n] ?? 0 } }),
  'reactions/list-for-issue-comment': ({ comments }) => ({ params: { comment_id: comments[2] ?? 0 } }),
  'reactions/create-for-issue-comment': ({ comments }) => ({
    params: { comment_id: comments[2] ?? 0 },
    body: { content: 'eyes' },
  }),
  'issues/get': issue,
  'issues/update': with_(issue, (_, n) => ({ body: { body: `Changed ${n}`, state: n === 0 ? 'closed' : 'open' } })),
  'issues/list-comments': issue,
  'issues/create-comment': with_(issue, () => ({ body: { body: 'Hello' } })),
  'issues/add-assignees': with_(issue, () => ({ body: { assignees: ['rob'] } })),
  'issues/remove-assignees': with_(issue, () => ({ body: { assignees: ['rob'] } })),
  'issues/list-labels-on-issue': issue,
  'issues/add-labels': with_(issue, () => ({ body: { labels: ['seen'] } })),
  'issues/set-labels': with_(issue, () => ({ body: { labels: ['seen', 'old-0', 'old-1'] } })),
  'issues/remove-label': (_, n) => ({ params: { issue_number: 2, name: `old-${n}` } }),
  'issues/list-events': issue,
  'issues/list-events-for-timeline': issue,
  'issues/check-user-can-be-assigned': () => ({ params: { assignee: 'ada' } }),
  'issues/list-labels-for-repo': none,
  'issues/create-label': (_, n) => ({ body: { name: `new-${n}`, color: 'ff0000', description: 'New' } }),
  'issues/get-label': () => ({ params: { name: 'seen' } }),

  'repos/create-deployment': ({ head }) => ({
    body: { ref: head, environment: 'primary', auto_merge: false, required_contexts: [], payload: { a: 1 } },
  }),
  'repos/list-deployments': () => ({ query: 'environment=primary&task=deploy' }),
  'repos/get-deployment': ({ deployment }) => ({ params: { deployment_id: deployment } }),
  'repos/create-deployment-status': ({ deployment }) => ({
    params: { deployment_id: deployment },
    body: { state: 'success', log_url: 'https://example.org/log', description: 'Verified' },
  }),
  'repos/list-deployment-statuses': ({ deployment }) => ({ params: { deployment_id: deployment } }),

  'actions/list-workflow-runs-for-repo': () => ({ query: 'branch=topic' }),
  'actions/get-workflow-run': ({ run }) => ({ params: { run_id: run } }),
  'actions/list-jobs-for-workflow-run': ({ run }) => ({ params: { run_id: run } }),
  'actions/get-pending-deployments-for-run': ({ run }) => ({ params: { run_id: run } }),
  'actions/review-pending-deployments-for-run': ({ run }) => ({
    params: { run_id: run },
    // 1 is the one that the deployment made.
    body: { environment_ids: [2], state: 'approved', comment: 'Go' },
  }),
  'actions/cancel-workflow-run': ({ run }) => ({ params: { run_id: run } }),
  'actions/force-cancel-workflow-run': ({ run }) => ({ params: { run_id: run } }),
  'actions/re-run-workflow-failed-jobs': ({ failed }) => ({ params: { run_id: failed } }),
  'actions/approve-workflow-run': ({ held }) => ({ params: { run_id: held } }),
  'actions/re-run-workflow': ({ ended }) => ({ params: { run_id: ended } }),
  'actions/get-job-for-workflow-run': ({ job }) => ({ params: { job_id: job } }),
  'actions/download-job-logs-for-workflow-run': ({ job }) => ({ params: { job_id: job } }),
  'actions/list-workflow-runs': () => ({ params: { workflow_id: 'deploy.yml' } }),
  'actions/create-workflow-dispatch': () => ({
    params: { workflow_id: 'deploy.yml' },
    body: { ref: 'main', inputs: { cluster: 'primary' } },
  }),
  'repos/create-dispatch-event': () => ({ body: { event_type: 'go', client_payload: { a: 1 } } }),
  'repos/update': () => ({ body: { allow_auto_merge: true, allow_rebase_merge: false } }),
  'repos/create-repo-ruleset': () => ({
    body: {
      name: 'probe',
      target: 'branch',
      enforcement: 'active',
      conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
      rules: [
        {
          type: 'required_status_checks',
          parameters: { strict_required_status_checks_policy: false, required_status_checks: [{ context: 'ready' }] },
        },
      ],
    },
  }),
  'repos/update-branch-protection': () => ({
    params: { branch: 'main' },
    body: {
      required_status_checks: null,
      enforce_admins: null,
      required_pull_request_reviews: { required_approving_review_count: 1 },
      restrictions: null,
    },
  }),
  'repos/create-or-update-environment': () => ({ params: { environment_name: 'new' }, body: {} }),
  'repos/create-deployment-branch-policy': () => ({
    params: { environment_name: 'new' },
    body: { name: 'main', type: 'branch' },
  }),
  'actions/set-github-actions-default-workflow-permissions-repository': () => ({
    body: { default_workflow_permissions: 'read', can_approve_pull_request_reviews: true },
  }),
  'repos/delete-deployment': ({ spare }) => ({ params: { deployment_id: spare } }),
  // The last of all: nothing is left after it.
  'repos/delete': none,
}
