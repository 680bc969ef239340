import { notFound } from '../errors.js'
import { callerMayBypass } from '../refs.js'
import type { Repo, State } from '../state.js'
import { type Call, type Handlers, listReply, numberParam, okReply } from './call.js'
import { repoApi, repoHtml } from './shapes.js'

/** Every repository has one ruleset at most: what its settings say of the default branch. */
const rulesetId = 1

export const rulesetHandlers = {
  'repos/get-repo-rulesets': (call) => listReply(call, present(call.repo), () => rulesetShape(call)),

  'repos/get-repo-ruleset': (call) => {
    if (numberParam(call, 'ruleset_id') !== rulesetId || !call.repo.requiredCheck) throw notFound()
    return okReply({ ...rulesetShape(call), conditions, rules: rules(call.state, call.repo), ...whoMayBypass(call) })
  },

  'repos/get-branch-rules': (call) => {
    const { state, repo, params } = call
    const active = present(repo).length > 0 && params.branch === repo.defaultBranch ? rules(state, repo) : []
    const from = { ruleset_source_type: 'Repository', ruleset_source: repo.fullName, ruleset_id: rulesetId }
    return listReply(call, active, (rule) => ({ ...rule, ...from }))
  },
} satisfies Partial<Handlers>

const conditions = { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } }

const present = ({ requiredCheck }: Repo): { name: string; appId?: number }[] => (requiredCheck ? [requiredCheck] : [])

function rulesetShape({ state, repo }: Call): Record<string, unknown> {
  return {
    id: rulesetId,
    name: 'lockstep',
    target: 'branch',
    source_type: 'Repository',
    source: repo.fullName,
    enforcement: 'active',
    node_id: `RRS_${repo.id}`,
    _links: {
      self: { href: `${repoApi(state, repo)}/rulesets/${rulesetId}` },
      html: { href: `${repoHtml(state, repo)}/rules/${rulesetId}` },
    },
    created_at: repo.createdAt,
    updated_at: repo.createdAt,
  }
}

/** As GitHub fills it in. */
const queue = {
  type: 'merge_queue',
  parameters: {
    check_response_timeout_minutes: 60,
    grouping_strategy: 'ALLGREEN',
    max_entries_to_build: 5,
    max_entries_to_merge: 5,
    merge_method: 'MERGE',
    min_entries_to_merge: 1,
    min_entries_to_merge_wait_minutes: 5,
  },
}

function rules({ openRows }: State, repo: Repo): Record<string, unknown>[] {
  const { requiredCheck, pullsOnly, reviewRequired, rulesetMergeMethods, mergeQueue } = repo
  const pulls = {
    type: 'pull_request',
    parameters: {
      required_approving_review_count: reviewRequired ? 1 : 0,
      dismiss_stale_reviews_on_push: false,
      require_code_owner_review: false,
      require_last_push_approval: false,
      required_review_thread_resolution: false,
      ...(rulesetMergeMethods ? { allowed_merge_methods: rulesetMergeMethods } : {}),
    },
  }
  const checks = (requiredCheck ? [requiredCheck] : []).map(({ name, appId }) => ({
    context: name,
    ...(appId !== undefined
      ? { integration_id: appId }
      : openRows.anySource === 'null'
        ? { integration_id: null }
        : {}),
  }))
  return [
    { type: 'deletion' },
    { type: 'non_fast_forward' },
    ...(pullsOnly || reviewRequired || rulesetMergeMethods ? [pulls] : []),
    ...(mergeQueue ? [queue] : []),
    {
      type: 'required_status_checks',
      parameters: { strict_required_status_checks_policy: false, required_status_checks: checks },
    },
  ]
}

const hidden = { absent: {}, null: { bypass_actors: null } }

/** The list itself is shown to those who may change it. */
function whoMayBypass({ state, repo, caller, actor }: Call): Record<string, unknown> {
  const { hiddenBypassList, bypassToldToApps } = state.openRows
  const role = { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }
  const apps = (repo.bypassApps ?? []).map((id) => ({ actor_id: id, actor_type: 'Integration', bypass_mode: 'always' }))
  const isAdmin = caller.kind === 'user' && repo.collaborators.get(actor.login.toLowerCase()) === 'admin'
  const may = callerMayBypass(repo, caller) ? 'always' : 'never'
  const told = caller.kind === 'user' || bypassToldToApps === 'own' ? may : 'never'
  return {
    ...(isAdmin ? { bypass_actors: [...(repo.adminsMayBypass ? [role] : []), ...apps] } : hidden[hiddenBypassList]),
    ...(caller.kind === 'user' || bypassToldToApps !== 'absent' ? { current_user_can_bypass: told } : {}),
  }
}
