/** Where the number for `bot` comes from, for the errors of `apps`. */
const whereBot =
  "NUMBER is the user id of the App's bot, not the App ID: the doctor prints it, and so does `gh api '/users/SLUG[bot]' --jq .id`."

/** How to mend what stands at `path` of the policy, where that is a number of `apps` that is missing or alone. */
export function fixOfApp(path: readonly PropertyKey[], value: unknown): string | undefined {
  const [top, app, key, ...more] = path
  if (top !== 'apps' || app === undefined || more.length > 0) return undefined
  if (key === undefined && typeof value === 'number') {
    return `Write "${String(app)}: { id: ${value}, bot: NUMBER }". ${whereBot}`
  }
  if (typeof value === 'string' && /^\d+$/.test(value)) return `Write it without quotes: "${String(key)}: ${value}".`
  return key === 'bot' ? `Write "bot: NUMBER" there. ${whereBot}` : undefined
}
