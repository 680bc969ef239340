import { asBelieved, notSeen, otherwise, type Readers, verdictOf } from './verdict.js'

/** Checks, rules and merging. */
export const ofSettings: Readers = {
  C5: ({ externalIds }) =>
    verdictOf(externalIds, (ids) => {
      if (ids.length === 0) return notSeen('No check of the gate was found.')
      const broken = ids.filter(({ whole }) => !whole)
      return broken.length === 0
        ? asBelieved(`Up to ${Math.max(...ids.map(({ length }) => length))} characters are returned unchanged.`)
        : otherwise(`One of ${broken[0]?.length} characters was returned changed.`)
    }),
  C18: ({ basesFollow }) =>
    verdictOf(basesFollow, (follow) => {
      if (follow.length === 0) return notSeen('No open pull request is older than the newest commit.')
      return follow.every(Boolean)
        ? asBelieved('Open pull requests have the newest commit as their base.')
        : otherwise('Open pull requests keep an older commit as their base.')
    }),
  C26: ({ bypass }) =>
    verdictOf(bypass, (rulesets) => {
      const lists = [...new Set(rulesets.map(({ list }) => list))]
      if (lists.length === 0) return notSeen('No ruleset is in force.')
      if (lists.includes('filled'))
        return otherwise('The bypass list is shown to the gate App, which may not change it.')
      return lists.includes('null')
        ? otherwise('A bypass list that the gate App may not see is null.')
        : asBelieved('A bypass list that the gate App may not see is absent.')
    }),
  C27: ({ bypass, bypassers, policy }) =>
    verdictOf(bypass, (rulesets) => {
      const told = rulesets.map(({ may }) => may)
      const isListed = (gate: number): boolean =>
        'value' in bypassers && bypassers.value.some(({ type, id }) => type === 'Integration' && id === gate)
      if (told.length === 0) return notSeen('No ruleset is in force.')
      if (told.every((may) => may === undefined)) return otherwise('GitHub tells the App nothing about itself.')
      if (told.some((may) => may !== undefined && may !== 'never'))
        return asBelieved('The App is told that it may bypass.')
      return isListed(policy.apps.gate.id)
        ? otherwise('The App is on the list, but is told "never".')
        : notSeen('The App is told "never", which proves nothing.')
    }),
  C28: ({ anySource }) =>
    verdictOf(anySource, (shown) => {
      if (shown.length === 0) return notSeen('No check is required from any source.')
      return shown.every((one) => one === 'absent')
        ? asBelieved('A check from any source has no integration_id.')
        : otherwise('A check from any source has integration_id null.')
    }),
  C32: ({ protection, classic, rules }) =>
    verdictOf(protection, (enabled) => {
      if (!('value' in rules) || rules.value.length === 0) return notSeen('No ruleset is in force.')
      if (!enabled) return asBelieved('A ruleset alone does not make protection.enabled true.')
      if (!('value' in classic)) return notSeen('It is true, but classic protection cannot be read.')
      return classic.value
        ? notSeen('There is classic protection as well.')
        : otherwise('A ruleset alone makes it true.')
    }),
  C33: ({ mergeActivities }) =>
    verdictOf(mergeActivities, (types) => {
      if (types.length === 0) return notSeen('No merge was found in the activity.')
      const strange = [...new Set(types.filter((type) => type !== 'pr_merge'))]
      return strange.length === 0
        ? asBelieved('Merges are shown as pr_merge.')
        : otherwise(`Merges are shown as ${strange.join(', ')}.`)
    }),
  C34: ({ mergeSettings }) =>
    verdictOf(mergeSettings, (shown) =>
      shown === 'filled'
        ? asBelieved('Merge methods are shown to a token that may only read, so also to one that may write.')
        : notSeen('Merge methods are not shown to a token that may only read, and the doctor has no other.'),
    ),
  C36: ({ pullsOfMerge }) =>
    verdictOf(pullsOfMerge, (count) =>
      count !== undefined && count > 1
        ? otherwise(`For the newest merge GitHub names ${count} pull requests.`)
        : notSeen('No merge was found whose commit is in several pull requests.'),
    ),
}
