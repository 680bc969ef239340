import { believed, of, other, type Readers, unseen } from './verdict.js'

/** Checks, rules and merging. */
export const ofSettings: Readers = {
  C5: ({ externalIds }) =>
    of(externalIds, (ids) => {
      if (ids.length === 0) return unseen('No check of the gate was found.')
      const broken = ids.filter(({ whole }) => !whole)
      return broken.length === 0
        ? believed(`Up to ${Math.max(...ids.map(({ length }) => length))} characters came back whole.`)
        : other(`One of ${broken[0]?.length} characters did not come back as it was written.`)
    }),
  C18: ({ basesFollow }) =>
    of(basesFollow, (follow) => {
      if (follow.length === 0) return unseen('No open pull request is older than the newest commit.')
      return follow.every(Boolean)
        ? believed('Open pull requests have the newest commit as their base.')
        : other('Open pull requests keep an older commit as their base.')
    }),
  C26: ({ bypass }) =>
    of(bypass, (rulesets) => {
      const lists = [...new Set(rulesets.map(({ list }) => list))]
      if (lists.length === 0) return unseen('No ruleset is in force.')
      if (lists.includes('filled')) return other('The bypass list is shown to the gate App, which may not change it.')
      return lists.includes('null')
        ? other('A bypass list that the gate App may not see is null.')
        : believed('A bypass list that the gate App may not see is absent.')
    }),
  C27: ({ bypass, bypassers, policy }) =>
    of(bypass, (rulesets) => {
      const told = rulesets.map(({ may }) => may)
      const isListed = (gate: number): boolean =>
        'value' in bypassers && bypassers.value.some(({ type, id }) => type === 'Integration' && id === gate)
      if (told.length === 0) return unseen('No ruleset is in force.')
      if (told.every((may) => may === undefined)) return other('The App is told nothing of itself.')
      if (told.some((may) => may !== undefined && may !== 'never'))
        return believed('The App is told that it may bypass.')
      return isListed(policy.apps.gate.id)
        ? other('The App is on the list, and is told "never".')
        : unseen('The App is told "never", as it would be in any case.')
    }),
  C28: ({ anySource }) =>
    of(anySource, (shown) => {
      if (shown.length === 0) return unseen('No check is required from any source.')
      return shown.every((one) => one === 'absent')
        ? believed('A check from any source has no integration_id.')
        : other('A check from any source has integration_id null.')
    }),
  C32: ({ protection, classic, rules }) =>
    of(protection, (enabled) => {
      if (!('value' in rules) || rules.value.length === 0) return unseen('No ruleset is in force.')
      if (!enabled) return believed('A ruleset alone does not make protection.enabled true.')
      if (!('value' in classic)) return unseen('It is true, and whether there is classic protection cannot be seen.')
      return classic.value ? unseen('There is classic protection as well.') : other('A ruleset alone makes it true.')
    }),
  C33: ({ mergeActivities }) =>
    of(mergeActivities, (types) => {
      if (types.length === 0) return unseen('No merge was found in the activity.')
      const strange = [...new Set(types.filter((type) => type !== 'pr_merge'))]
      return strange.length === 0
        ? believed('Merges are shown as pr_merge.')
        : other(`Merges are shown as ${strange.join(', ')}.`)
    }),
  C34: ({ mergeSettings }) =>
    of(mergeSettings, (shown) =>
      shown === 'filled'
        ? believed('The ways of merging are shown to who may only read, so to who may write as well.')
        : unseen('They are not shown to a token that may only read, and the doctor has no other.'),
    ),
  C36: ({ pullsOfMerge }) =>
    of(pullsOfMerge, (count) =>
      count !== undefined && count > 1
        ? other(`For the newest merge GitHub names ${count} pull requests.`)
        : unseen('No merge was seen whose commit other pull requests have.'),
    ),
}
