import { type ClusterPlan, changeCauses } from '../../../shared/render/cluster-plan.js'
import { newestRelease } from '../../../shared/render/removed-apis.js'
import { escapeMarkdown, markdownCode } from '../../../shared/report/markdown.js'

/** Bytes, below GitHub's limits of a summary and of a comment. */
export const summaryRoom = 900_000
export const commentRoom = 65_000

/**
 * What changes on every cluster, as Markdown: a table, then one section for clusters with equal changes. Parts that do not fit
 * into `limit` bytes are left out whole, with a note.
 *
 * @param target Kubernetes version that APIs were looked up for; undefined where nobody said.
 */
export function describeChanges(plans: ClusterPlan[], limit: number, target?: string): string {
  const note = '*The rest does not fit on this page.*\n'
  const text: string[] = []
  let room = limit - 2 * note.length
  const fits = (part: string): boolean => Buffer.byteLength(part) <= room
  const add = (part: string): number => {
    room -= Buffer.byteLength(part)
    return text.push(part)
  }
  for (const { head, parts, tail } of [
    table(plans, target),
    ...groups(plans).map((group) => section(group, haveSeveral(plans))),
  ]) {
    if (!fits(head + tail)) {
      add(note)
      break
    }
    room -= Buffer.byteLength(tail)
    add(head)
    const fitting = parts.findIndex((part) => !fits(part) || !add(part))
    text.push(fitting === -1 ? '' : `*${parts.length - fitting} more do not fit on this page.*\n`, tail)
  }
  return text.join('')
}

interface Section {
  head: string
  /** Each may be left out. */
  parts: string[]
  tail: string
}

function table(plans: ClusterPlan[], target: string | undefined): Section {
  const clusters = new Set(plans.map(({ cluster }) => cluster)).size
  const affected = new Set(plans.filter((plan) => plan.affected).map(({ cluster }) => cluster)).size
  const several = haveSeveral(plans)
  const lines = [
    `**${affected === 0 ? 'No cluster is' : `${affected} of ${clusters} clusters are`} affected.**`,
    '',
    `| wave | cluster | ${several ? 'release | ' : ''}affected | objects | pods | dangerous |`,
    `| --- | --- | ${several ? '--- | ' : ''}--- | --- | --- | --- |`,
    '',
  ]
  // Without a version, unaffected clusters are not rendered.
  const compared =
    target === undefined
      ? affected > 0 && `API versions are checked against all removals up to Kubernetes ${newestRelease}.`
      : `API versions are checked against the removals up to Kubernetes ${escapeMarkdown(target)}.`
  const parts = plans.map((plan) => row(plan, several))
  return { head: lines.join('\n'), parts, tail: compared ? `\n${compared}\n\n` : '\n' }
}

/** Releases are only named where there are several. */
const haveSeveral = (plans: ClusterPlan[]): boolean => plans.some(({ release }) => release !== plans[0]?.release)

function row(plan: ClusterPlan, several: boolean): string {
  const { wave, cluster, release, affected, cause, counts, disruptions, dangers, removedApis } = plan
  const objects = `${counts.added} new, ${counts.changed} changed, ${counts.removed} removed`
  const down = disruptions.filter(({ downtime }) => downtime).length
  const pods =
    disruptions.length === 0 ? '' : `${disruptions.length} change${down === 0 ? '' : `, ${down} with downtime`}`
  const yes = affected ? `yes: ${changeCauses[cause].toLowerCase().replace(/\.$/, '')}` : 'no'
  const risky = [
    ...(dangers.length === 0 ? [] : [`${dangers.length}`]),
    ...(removedApis.length === 0 ? [] : [`removed APIs: ${removedApis.length}`]),
  ].join(', ')
  const name = several ? `${escapeMarkdown(cluster)} | ${escapeMarkdown(release)}` : escapeMarkdown(cluster)
  return `| ${wave} | ${name} | ${yes} | ${affected ? objects : ''} | ${pods} | ${risky} |\n`
}

/** A bump has the same effect on most clusters: it is described once. */
function groups(plans: ClusterPlan[]): ClusterPlan[][] {
  const found = new Map<string, ClusterPlan[]>()
  for (const plan of plans) {
    const { release, cause, counts, diffs, disruptions, removedApis, dangers, notes } = plan
    if (!plan.affected && removedApis.length === 0) continue
    const key = JSON.stringify([release, cause, counts, diffs, disruptions, removedApis, dangers, notes])
    found.set(key, [...(found.get(key) ?? []), plan])
  }
  return [...found.values()]
}

function section(plans: ClusterPlan[], several: boolean): Section {
  const [plan] = plans
  if (!plan) return { head: '', parts: [], tail: '' }
  const files = [...new Set(plans.flatMap((one) => one.files))].slice(0, 10)
  const facts = [
    ...plan.dangers.map(({ text }) => `**Dangerous:** ${escapeMarkdown(text, 400)}`),
    ...plan.removedApis.map((api) => `**Removed API:** ${escapeMarkdown(removedApi(api), 400)}`),
    ...plan.disruptions.map(({ text }) => escapeMarkdown(text, 400)),
    ...plan.notes.map((note) => escapeMarkdown(note, 600)),
  ]
  const more = facts.length - mostFacts
  const head = [
    `#### ${several ? `${escapeMarkdown(plan.release)} on ` : ''}${plans.map(({ cluster }) => escapeMarkdown(cluster)).join(', ')}`,
    '',
    ...(files.length === 0 ? [] : [`Changed files: ${files.map((file) => markdownCode(file)).join(', ')}.`, '']),
    ...facts.slice(0, mostFacts).map((fact) => `- ${fact}`),
    ...(more > 0 ? [`- ${more} more of these`] : []),
    '',
    `<details><summary>${plan.diffs.length === 1 ? '1 object' : `${plan.diffs.length} objects`}</summary>`,
    '',
    '',
  ]
  return { head: head.join('\n'), parts: plan.diffs.map(object), tail: '\n</details>\n\n' }
}

const mostFacts = 30

const removedApi = ({ object, apiVersion, removedIn, instead }: ClusterPlan['removedApis'][number]): string =>
  `${object}: ${apiVersion} was removed in Kubernetes ${removedIn}${instead ? `, use ${instead}` : ''}.`

const signs = { added: 'new', removed: 'removed', changed: 'changed' }

function object({ kind, object: name, hook, lines, left }: ClusterPlan['diffs'][number]): string {
  const title = `${markdownCode(name)} ${signs[kind]}${hook === undefined ? '' : ` (hook: ${escapeMarkdown(hook)})`}`
  const rest = left === '' ? '' : ` — ${escapeMarkdown(left)}`
  if (lines.length === 0) return `- ${title}${rest}\n`
  const text = lines.map(shownLine)
  const longest = Math.max(2, ...text.map((line) => Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length))))
  const fence = '`'.repeat(longest + 1)
  return `\n${title}${rest}\n\n${fence}diff\n${text.join('\n')}\n${fence}\n\n`
}

/** As it is, but for characters that are invisible or end the line. */
const shownLine = (line: string): string =>
  line.replace(/[\p{Cc}\p{Cf}\u2028\u2029](?<!\t)/gu, '').replaceAll('<!--', '<\u200b!--')
