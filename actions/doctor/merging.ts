import { type GitHub, repoRef } from '../../shared/github/client.js'
import type { MergeMethodName } from '../../shared/github/merge-methods.js'
import { getList, getPath, getText, isFields, readYaml } from '../../shared/yaml/get-path.js'
import { checkSetting, type Seen, type SettingCheck } from './check.js'
import type { DoctorFacts, Merging, Rule } from './facts.js'
import { lookByGraphQL } from './look.js'

const query = `query ($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed autoMergeAllowed }
}`

/** C37: GraphQL shows to who may read what REST shows to who may write (C34). */
export const mergingOf = (github: GitHub, repo: string): Promise<Seen<Merging>> =>
  lookByGraphQL(async () => {
    const { owner, repo: name } = repoRef(repo)
    const answer = await github.graphql<{ repository: Shown }>(query, { owner, name })
    const { mergeCommitAllowed, squashMergeAllowed, rebaseMergeAllowed, autoMergeAllowed } = answer.repository
    const allowed = { merge: mergeCommitAllowed, squash: squashMergeAllowed, rebase: rebaseMergeAllowed }
    return { methods: methods.filter((one) => allowed[one]), auto: autoMergeAllowed }
  })

type Shown = Record<'mergeCommitAllowed' | 'squashMergeAllowed' | 'rebaseMergeAllowed' | 'autoMergeAllowed', boolean>

const methods: readonly MergeMethodName[] = ['merge', 'squash', 'rebase']
const names: Record<MergeMethodName, string> = { merge: 'merge commits', squash: 'squashing', rebase: 'rebasing' }

/** Whether settings and rulesets together leave a way of merging, and one that Lockstep follows (C11). */
export function mergingChecks({ merging, rules, branch, upstreams, repo }: DoctorFacts): SettingCheck[] {
  const where = `Settings, General, Pull Requests, and "Allowed merge methods" in the rulesets of ${branch}`
  const left = both(merging, rules, ({ methods: allowed }, found) => allowed.filter((one) => lets(found, one)))
  const wants = upstreams.flatMap(({ repo: from, workflows }) =>
    'value' in workflows
      ? workflows.value.flatMap(({ path, text }) => waysAsked(text).map((way) => ({ by: `${path} of ${from}`, way })))
      : [],
  )
  return [
    checkSetting('A merge method is allowed', left, `Check ${where}.`, (found) => {
      if (found.length === 0)
        return {
          finding: 'no-merge-method',
          wrong: `Settings and rulesets together allow no merge method for ${branch}: neither bumps nor reverts can be merged.`,
          fix: `${where}: allow merge commits in both.`,
        }
      if (found.join() === 'rebase')
        return {
          finding: 'only-rebase',
          wrong: `Only rebasing is allowed. Several commits merged that way look like direct pushes to ${branch}, and are not deployed.`,
          fix: `${where}: allow merge commits or squashing.`,
        }
      return `Allowed: ${found.map((one) => names[one]).join(', ')}.`
    }),
    ...(wants.length === 0
      ? []
      : [
          checkSetting(
            'Auto-merge of bumps is allowed',
            both(merging, left, autoLeft),
            `Check Settings, General of ${repo}.`,
            (found) => {
              const vain = wants.filter(({ way }) => !found.some((one) => one === way))
              return vain.length === 0
                ? 'Auto-merge is allowed, with the merge method that is requested.'
                : {
                    finding: 'auto-merge-off',
                    wrong: `${vain.map(({ by, way }) => `${by} (${way})`).join(', ')}: requests auto-merge for bumps, which is not allowed here. They stay open.`,
                    fix: 'Settings, General, Pull Requests: tick "Allow auto-merge", and that merge method. Or remove "auto-merge" from that workflow.',
                  }
            },
          ),
        ]),
  ]
}

const lets = (rules: readonly Rule[], method: MergeMethodName): boolean =>
  rules.every(
    ({ type, methods: allowed }) =>
      !(type === 'required_linear_history' && method === 'merge') && (allowed.length === 0 || allowed.includes(method)),
  )

function both<A, B, C>(first: Seen<A>, second: Seen<B>, of: (first: A, second: B) => C): Seen<C> {
  if (!('value' in first)) return first
  return 'value' in second ? { value: of(first.value, second.value) } : second
}

/** The ways in which a pull request may merge by itself. */
const autoLeft = ({ auto }: Merging, left: readonly MergeMethodName[]): readonly MergeMethodName[] => (auto ? left : [])

/** What a workflow gives open-bump-pr as `auto-merge`, as far as it is a way of merging. */
function waysAsked(text: string | undefined): MergeMethodName[] {
  const jobs = getPath(readYaml(text ?? ''), 'jobs')
  const steps = isFields(jobs) ? Object.values(jobs).flatMap((job) => getList(job, 'steps')) : []
  return steps.flatMap((step) => {
    const wanted = getText(step, 'with', 'auto-merge')
    return /\/open-bump-pr@/.test(getText(step, 'uses') ?? '') ? methods.filter((one) => one === wanted) : []
  })
}
