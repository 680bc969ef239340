import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { CarriedChange } from '../../shared/bump/carried.js'
import { parsePolicy } from '../../shared/policy/policy.js'
import { type Classification, classifyChange } from '../../shared/risk/classify.js'
import type { ChangedContent, ClassifyContext, Content } from '../../shared/risk/types.js'
import { type Bench, type Figure, notBelow } from './figure.js'
import { changes, classes, classOf, type LabelledChange } from './labelled-changes.js'

/** Real changes of a public deploy repo lie beside the checkout on some machines; a fresh clone has none. */
const ownData = '../shared/data/mybinder-commits.json'
const ownCarries = '../shared/data/binderhub-carries.json'
const policyPath = 'test/bench/gate-classify-policy.yml'

/** How well real changes are told apart, against what a person said of each; each miss is printed with its reasons. */
export const gateClassify: Bench = async ({ data = ownData }) => {
  const missing = [data, ownCarries].find((path) => !existsSync(path))
  if (missing !== undefined) {
    console.error(`gate-classify is skipped: there is no ${missing}. "--data PATH" names another file of changes.`)
    return []
  }
  const { commits } = changes.parse(JSON.parse(await readFile(data, 'utf8')))
  const carries = carriesSchema.parse(JSON.parse(await readFile(ownCarries, 'utf8')))
  const context = contextOf(parsePolicy(await readFile(policyPath, 'utf8'), policyPath), carries)
  const judged = commits.map((change) => ({
    change,
    found: classifyChange({ files: change.files.map((file) => fileChange(change, file)), complete: true }, context),
  }))
  judged.forEach(printMiss)

  const review = score(judged.map(({ change, found }) => [change.needs_infra_review, found.infrastructure]))
  printScore('needs infrastructure review', review)
  for (const name of classes) {
    printScore(name, score(judged.map(({ change, found }) => [change.class === name, classOf(found) === name])))
  }
  const right = judged.filter(({ change, found }) => change.class === classOf(found)).length
  const carrying = judged.filter(({ change }) => change.transitive_jupyterhub !== null)
  const seen = carrying.filter(({ found }) =>
    found.findings.some(({ kind }) => kind === 'jupyterhub' || kind === 'unknown'),
  )
  const figure = (name: string, value: number, goal: number): Figure =>
    notBelow('gate-classify', name, value, 'of 1', goal)
  return [
    figure('review-recall', review.recall, 0.98),
    figure('review-precision', review.precision, 0.92),
    figure('class-accuracy', right / judged.length, 0.9),
    figure('carried-jupyterhub', carrying.length === 0 ? 1 : seen.length / carrying.length, 1),
  ]
}

const carriesSchema = z.record(z.string(), z.object({ jupyterhub: z.string().nullish() }))

/** What is known of a chart version's JupyterHub stands in for the unpacked charts. */
function contextOf(policy: ClassifyContext['policy'], carries: z.infer<typeof carriesSchema>): ClassifyContext {
  const inside = (version: string): string | undefined => carries[version]?.jupyterhub ?? undefined
  const carried = (_: string, from: string, to: string): CarriedChange[] | undefined => {
    const [before, after] = [inside(from), inside(to)]
    if (before === undefined || after === undefined) return undefined
    return before === after ? [] : [{ kind: 'chart', name: 'jupyterhub', before, after }]
  }
  return { policy, carried }
}

function fileChange({ contents }: LabelledChange, { path, status }: LabelledChange['files'][number]): ChangedContent {
  const known = contents[path]
  const side = (text: string | null | undefined, isGone: boolean): Content => {
    if (isGone) return { state: 'none' }
    return typeof text === 'string' ? { state: 'text', text } : { state: 'by-name' }
  }
  return { path, before: side(known?.before, status === 'A'), after: side(known?.after, status === 'D') }
}

type Judged = { change: LabelledChange; found: Classification }

function printMiss({ change, found }: Judged): void {
  const review = change.needs_infra_review === found.infrastructure
  const name = classOf(found)
  if (review && change.class === name) return
  const said = found.findings.slice(0, 4).map(({ kind, tier, what }) => `${kind} ${tier}: ${what.slice(0, 100)}`)
  const wrong = [
    ...(review ? [] : [found.infrastructure ? 'reviewed for nothing' : 'NOT REVIEWED']),
    ...(change.class === name ? [] : [`is ${change.class}, not ${name}`]),
  ]
  const sure = change.label_confidence === 'high' ? '' : ` (label: ${change.label_confidence})`
  console.error(
    `gate-classify: ${change.sha.slice(0, 7)} ${JSON.stringify(change.title.slice(0, 70))}${sure}: ${wrong.join('; ')}\n    ${said.join('\n    ')}`,
  )
}

interface Score {
  precision: number
  recall: number
  count: number
}

/** Of pairs of what is right and what was said. */
function score(pairs: [boolean, boolean][]): Score {
  const count = (wanted: boolean, said: boolean): number =>
    pairs.filter(([is, was]) => is === wanted && was === said).length
  const hits = count(true, true)
  const share = (others: number): number => (hits + others === 0 ? 1 : hits / (hits + others))
  return { precision: share(count(false, true)), recall: share(count(true, false)), count: hits + count(true, false) }
}

const printScore = (name: string, { precision, recall, count }: Score): void =>
  console.error(`gate-classify: ${name}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)} (of ${count})`)
