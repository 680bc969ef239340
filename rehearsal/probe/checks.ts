import { listed } from './listed.js'
import { NotSettled, type Probe } from './probe.js'
import { outcome, taken } from './refusal.js'
import { makeRuleset, requiredCheck, ruledBy, say } from './rules.js'
import type { ProbeSession } from './session.js'

const plain = 'plain'

/** The place whose ruleset wants the App's check. */
async function ruledPlace(session: ProbeSession) {
  const place = await session.place('ruled by the App')
  await ruledBy(place, session.app.id)
  return place
}

/** Whether a merge is let through, as the App asks for it; tried again for a while where it is to be, for C8. */
async function merging(session: ProbeSession, pull: { number: number }): Promise<string> {
  const { app, ref } = await ruledPlace(session)
  const { status } = await outcome(app.rest.pulls.merge({ ...ref, pull_number: pull.number }))
  return status === 200 ? 'merged' : `refused with ${status}`
}

export const checks: Probe[] = [
  {
    row: 'C1',
    expected: "another's green: refused with 405; the App's: merged",
    otherwise: 'rehearsal/github/required-check.ts',
    async ask(session) {
      const place = await ruledPlace(session)
      const pull = await place.pull()
      await say(place, await session.second().in(place.ref.repo), pull.head, 'success')
      const status = { sha: pull.head, context: requiredCheck, state: 'success' as const }
      await place.user.rest.repos.createCommitStatus({ ...place.ref, ...status })
      const others = await merging(session, pull)
      await say(place, place.app, pull.head, 'success')
      return `another's green: ${others}; the App's: ${await merging(session, pull)}`
    },
  },
  {
    row: 'C2',
    expected: 'taken after the first check',
    otherwise: 'rehearsal/github/rest/make-rules.ts',
    async ask(session) {
      const place = await session.place('for a ruleset')
      await say(place, place.app, await place.tip(), 'success')
      return `${await taken(makeRuleset(place, { source: session.app.id }))} after the first check`
    },
  },
  {
    row: 'C3',
    expected: 'made, and merged by it',
    otherwise: 'rehearsal/github/rest/checks.ts',
    async ask(session) {
      const place = await ruledPlace(session)
      const fork = await session.fork('ruled by the App')
      const branch = await fork.branch()
      const head = await fork.commit(branch, { 'fork.txt': branch })
      const { data } = await place.user.rest.pulls.create({
        ...{ ...place.ref, title: 'Of a fork', head: `${fork.ref.owner}:${branch}`, base: 'main' },
      })
      const made = await outcome(say(place, place.app, head, 'success').then(() => ({ status: 201 })))
      if (made.status !== 201) return `refused with ${made.status}`
      return `made, and ${await merging(session, data)} by it`
    },
  },
  {
    row: 'C4',
    expected: 'changed, started_at stays',
    otherwise: 'openRows.completedCheck',
    async ask(session) {
      const { app, ref, tip, name } = await session.place(plain)
      const { data: made } = await app.rest.checks.create({
        ...{ ...ref, name: name(), head_sha: await tip(), status: 'completed', conclusion: 'success' },
      })
      const update = app.rest.checks.update({ ...ref, check_run_id: made.id, conclusion: 'failure' })
      const { status } = await outcome(update)
      if (status !== 200) return `refused with ${status}`
      const { data } = await app.rest.checks.get({ ...ref, check_run_id: made.id })
      const turned = data.conclusion === 'failure' ? 'changed' : `still ${data.conclusion}`
      return `${turned}, started_at ${data.started_at === made.started_at ? 'stays' : 'moves'}`
    },
  },
  {
    row: 'C5',
    expected: '170: kept, 202: kept, 256: kept',
    otherwise: 'rehearsal/github/rest/checks.ts',
    async ask(session) {
      const { app, ref, tip, name } = await session.place(plain)
      const head_sha = await tip()
      const kept = async (length: number): Promise<string> => {
        const external_id = 'x'.repeat(length)
        const made = { id: 0 }
        const request = app.rest.checks.create({ ...ref, name: name(), head_sha, external_id }).then((answer) => {
          made.id = answer.data.id
          return answer
        })
        const { status } = await outcome(request)
        if (status !== 201) return `refused with ${status}`
        const { data } = await app.rest.checks.get({ ...ref, check_run_id: made.id })
        return data.external_id === external_id ? 'kept' : 'not kept'
      }
      return `170: ${await kept(170)}, 202: ${await kept(202)}, 256: ${await kept(256)}`
    },
  },
  {
    row: 'C8',
    expected: '10 of 10 merged at once',
    otherwise: 'the rows C8 and C9, and shared/github/merge.ts',
    async ask(session) {
      const place = await ruledPlace(session)
      const results: string[] = []
      for (let n = 0; n < 10; n += 1) {
        const pull = await place.pull()
        await say(place, place.app, pull.head, 'success')
        results.push(await merging(session, pull))
      }
      const merged = results.filter((one) => one === 'merged').length
      return `${merged} of ${results.length} merged at once`
    },
  },
  {
    row: 'C35',
    expected: 'the newest: red then green merged, green then red refused with 405',
    otherwise: 'rehearsal/github/required-check.ts',
    async ask(session) {
      const place = await ruledPlace(session)
      const after = async (first: 'success' | 'failure', second: 'success' | 'failure'): Promise<string> => {
        const pull = await place.pull()
        await say(place, place.app, pull.head, first)
        await say(place, place.app, pull.head, second)
        return merging(session, pull)
      }
      const [green, red] = [await after('failure', 'success'), await after('success', 'failure')]
      const which = green === 'merged' && red !== 'merged' ? 'the newest' : 'not the newest'
      return `${which}: red then green ${green}, green then red ${red}`
    },
  },
  {
    row: 'C26',
    expected: 'absent',
    otherwise: 'openRows.hiddenBypassList',
    async ask(session) {
      const { shown } = await bypass(session)
      return 'bypass_actors' in shown ? (shown.bypass_actors === null ? 'null' : 'shown') : 'absent'
    },
  },
  {
    row: 'C27',
    expected: 'on the list: always, off it: never',
    otherwise: 'openRows.bypassToldToApps',
    async ask(session) {
      const { place, shown, id } = await bypass(session)
      const other = await session.second().in(place.ref.repo, { metadata: 'read' })
      const { data } = await other.rest.repos.getRepoRuleset({ ...place.ref, ruleset_id: id })
      return `on the list: ${shown.current_user_can_bypass ?? 'absent'}, off it: ${data.current_user_can_bypass ?? 'absent'}`
    },
  },
  {
    row: 'C28',
    expected: 'absent',
    otherwise: 'openRows.anySource',
    async ask(session) {
      const { place } = await bypass(session)
      const { data } = await place.app.rest.repos.getBranchRules({ ...place.ref, branch: 'main' })
      const rule = data.find((one) => one.type === 'required_status_checks')
      const [check] = rule && 'parameters' in rule ? listed(rule.parameters, 'required_status_checks') : []
      if (!check) throw new NotSettled('GitHub does not list the rule.')
      return 'integration_id' in check ? String(check['integration_id']) : 'absent'
    },
  },
  {
    row: 'C32',
    expected: 'a ruleset alone: off, classic protection: on',
    otherwise: 'openRows.rulesetsShownAsProtection',
    async ask(session) {
      const byRuleset = (await bypass(session)).place
      const classic = await session.place('classic protection')
      await classic.user.rest.repos.updateBranchProtection({
        ...{ ...classic.ref, branch: 'main', enforce_admins: null, restrictions: null, required_status_checks: null },
        required_pull_request_reviews: { required_approving_review_count: 1 },
      })
      const enabled = async ({ ref }: typeof classic): Promise<string> => {
        const reader = await session.app.in(ref.repo, { contents: 'read' })
        const { data } = await reader.rest.repos.getBranch({ ...ref, branch: 'main' })
        return data.protection.enabled ? 'on' : 'off'
      }
      return `a ruleset alone: ${await enabled(byRuleset)}, classic protection: ${await enabled(classic)}`
    },
  },
  {
    row: 'C25',
    expected: 'the rules of the ruleset, and none of classic protection',
    otherwise: 'rehearsal/github/rest/rulesets.ts',
    async ask(session) {
      const byRuleset = (await bypass(session)).place
      const classic = await session.place('classic protection')
      await classic.user.rest.repos.updateBranchProtection({
        ...{ ...classic.ref, branch: 'main', enforce_admins: null, restrictions: null, required_status_checks: null },
        required_pull_request_reviews: { required_approving_review_count: 1 },
      })
      const rules = async ({ ref }: typeof classic): Promise<number> => {
        const reader = await session.app.in(ref.repo, { metadata: 'read' })
        return (await reader.rest.repos.getBranchRules({ ...ref, branch: 'main' })).data.length
      }
      const [some, none] = [await rules(byRuleset), await rules(classic)]
      return `${some > 0 ? 'the rules' : 'no rules'} of the ruleset, and ${none === 0 ? 'none' : none} of classic protection`
    },
  },
]

const bypassing = new WeakMap<ProbeSession, Promise<number>>()

/** A ruleset from any source with the App and admins on its bypass list, as the App with metadata alone sees it. */
async function bypass(session: ProbeSession) {
  const place = await session.place('ruled, with a bypass list')
  const make = async (): Promise<number> => {
    const always = { bypass_mode: 'always' as const }
    const app = { actor_id: session.app.id, actor_type: 'Integration' as const, ...always }
    // 5 is GitHub's number of the role of admins.
    const admins = { actor_id: 5, actor_type: 'RepositoryRole' as const, ...always }
    return (await makeRuleset(place, { bypass: [app, admins] })).data.id
  }
  const made = bypassing.get(session) ?? make()
  bypassing.set(session, made)
  const id = await made
  const reader = await session.app.in(place.ref.repo, { metadata: 'read' })
  const { data: shown } = await reader.rest.repos.getRepoRuleset({ ...place.ref, ruleset_id: id })
  return { place, shown, id }
}
