import { describe, expect, test } from 'vitest'
import type { Policy } from '../../../../shared/policy/policy.js'
import {
  type ChangeFacts,
  decideChange,
  type ReviewFacts,
  skippedByBreakGlass,
} from '../../../../shared/requirements/decide.js'
import type { Person } from '../../../../shared/requirements/person.js'
import { evidenceFor } from '../../../../shared/requirements/tiers.js'
import { type Classification, classifyChange } from '../../../../shared/risk/classify.js'
import type { ChangedContent } from '../../../../shared/risk/types.js'
import { changed, chartYaml, context, policy } from '../../../fixtures/risk-samples.js'

const monday = new Date('2026-03-02T12:00:00Z')
const friday = new Date('2026-03-06T12:00:00Z')
const now = 'a'.repeat(64)
const before = 'b'.repeat(64)

const operator = (login: string): Person => ({ login, standing: 'operator' })
const stranger = (login: string): Person => ({ login, standing: 'other' })
const approval = (person: Person, digest: string | undefined = now): ReviewFacts => ({
  ...person,
  says: 'approved',
  digest,
})

const samples = {
  docs: [changed('README.md', 'a', 'b')],
  weight: [changed('config/primary.yaml', 'hosts: { a: { weight: 1 } }', 'hosts: { a: { weight: 2 } }')],
  workflow: [changed('.github/workflows/a.yml', 'on: push', 'on: pull_request')],
  policy: [changed('.github/deploy-policy.yml', 'a', 'b')],
  replicas: [changed('config/primary.yaml', 'web: { replicas: 1 }', 'web: { replicas: 2 }')],
  ingress: [changed('site/Chart.yaml', chartYaml('traefik', '1.0.0'), chartYaml('traefik', '1.1.0'))],
  major: [changed('site/Chart.yaml', chartYaml('traefik', '1.0.0'), chartYaml('traefik', '2.0.0'))],
  unknown: [changed('what.is.this', 'a', 'b')],
  downgrade: [changed('a.tf', 'kubernetes_version = "1.31.0"', 'kubernetes_version = "1.30.0"')],
} satisfies Record<string, ChangedContent[]>

const judged = new Map<string, Classification>()

/** Once for each change: the properties below ask for the same ones thousands of times. */
function judge(files: ChangedContent[]): Classification {
  const key = JSON.stringify(files)
  const what = judged.get(key) ?? classifyChange({ files, complete: true }, context)
  judged.set(key, what)
  return what
}

function factsOf(files: ChangedContent[], more: Partial<ChangeFacts> = {}): ChangeFacts {
  const what = judge(files)
  const evidence = evidenceFor(what.findings).map(({ name }) => ({ name, ok: true, digest: now }))
  const none = {
    reviews: [],
    standby: operator('cyd'),
    freezes: [],
    holidays: {},
    holds: [],
    breakGlass: undefined,
    debts: [],
  }
  return { what, digest: now, authors: [stranger('eve')], evidence, ...none, ...more }
}

const decide = (files: ChangedContent[], more: Partial<ChangeFacts> = {}, at = monday) =>
  decideChange(policy, factsOf(files, more), at)

const [ada, bob, cyd] = [operator('ada'), operator('bob'), operator('cyd')]

describe('who has to know of it', () => {
  test.each<[string, keyof typeof samples, Person[], ReviewFacts[], boolean]>([
    ['docs need nobody', 'docs', [stranger('eve')], [], true],
    ['a note by a stranger needs an operator', 'weight', [stranger('eve')], [], false],
    ['a note by a stranger, approved', 'weight', [stranger('eve')], [approval(ada)], true],
    ['a note by an operator', 'weight', [ada], [], true],
    ['a stranger approves a note', 'weight', [stranger('eve')], [approval(stranger('mal'))], false],
    ['routine by an operator needs another one', 'workflow', [ada], [], false],
    ['routine by an operator, approved by themselves', 'workflow', [ada], [approval(ada)], false],
    ['routine by an operator, approved by somebody who wrote a part', 'workflow', [ada, bob], [approval(bob)], false],
    ['routine by an operator, approved by another', 'workflow', [ada], [approval({ ...bob, login: 'BOB' })], true],
    ['routine, approved before it changed', 'workflow', [stranger('eve')], [approval(ada, before)], false],
    [
      'routine, approved at a commit that is gone',
      'workflow',
      [stranger('eve')],
      [{ ...approval(ada), digest: undefined }],
      false,
    ],
    [
      'routine, approved by who cannot be seen to be an operator',
      'workflow',
      [stranger('eve')],
      [approval({ login: 'ada', standing: 'unknown' })],
      false,
    ],
    ['careful by an operator, approved by another', 'ingress', [ada], [approval(bob)], true],
    ['careful by a stranger, approved by one', 'ingress', [stranger('eve')], [approval(bob)], false],
    ['careful by a stranger, approved by two', 'ingress', [stranger('eve')], [approval(ada), approval(bob)], true],
    [
      'careful, approved by one person twice',
      'ingress',
      [stranger('eve')],
      [approval(ada), approval({ ...ada, login: 'Ada' })],
      false,
    ],
    ['careful, by two who wrote it together', 'ingress', [ada, bob], [approval(bob)], false],
    ['the policy itself, approved by one', 'policy', [stranger('eve')], [approval(ada)], false],
    ['the policy itself, approved by two', 'policy', [stranger('eve')], [approval(ada), approval(bob)], true],
    ['what nobody knows, approved by two', 'unknown', [stranger('eve')], [approval(ada), approval(bob)], true],
    ['dangerous, approved by two', 'major', [stranger('eve')], [approval(ada), approval(bob)], true],
    ['what is never allowed', 'downgrade', [ada], [approval(ada), approval(bob), approval(cyd)], false],
  ])('%s', (_, sample, authors, reviews, green) => {
    expect(decide(samples[sample], { authors, reviews }).green).toBe(green)
  })

  test('an operator who asked for changes is not outvoted, a stranger is', () => {
    const reviews = [approval(bob)]
    const no = (person: Person): ReviewFacts => ({ ...person, says: 'changes-requested', digest: before })
    expect(decide(samples.workflow, { reviews: [...reviews, no(ada)] }).green).toBe(false)
    expect(decide(samples.workflow, { reviews: [...reviews, no(stranger('mal'))] }).green).toBe(true)
  })

  test('nobody stands by: a dangerous change waits, a careful one does not', () => {
    const more = { reviews: [approval(ada), approval(bob)], standby: undefined }
    expect([decide(samples.major, more).green, decide(samples.ingress, more).green]).toEqual([false, true])
  })
})

describe('evidence', () => {
  const reviews = [approval(ada), approval(bob)]
  test.each<[keyof typeof samples, number]>([
    ['docs', 0],
    ['weight', 1],
    ['workflow', 0],
    ['policy', 0],
    ['replicas', 5],
    ['ingress', 8],
    ['major', 12],
  ])('%s asks for %i facts, and is red without any of them', (sample, count) => {
    const { evidence } = factsOf(samples[sample])
    expect(evidence).toHaveLength(count)
    expect(decide(samples[sample], { reviews }).green).toBe(true)
    for (const without of evidence) {
      const others = evidence.filter((one) => one !== without)
      expect(decide(samples[sample], { reviews, evidence: others }).green).toBe(false)
      expect(decide(samples[sample], { reviews, evidence: [...others, { ...without, ok: false }] }).green).toBe(false)
      // Evidence about what it was before.
      expect(decide(samples[sample], { reviews, evidence: [...others, { ...without, digest: before }] }).green).toBe(
        false,
      )
    }
  })
})

describe('when', () => {
  const reviews = [approval(ada), approval(bob)]
  test('dangerous changes are not for Fridays, others are', () => {
    const green = (sample: keyof typeof samples) => decide(samples[sample], { reviews }, friday).green
    expect([green('major'), green('ingress'), green('docs')]).toEqual([false, true, true])
  })
  test("a day is the policy's time zone's", () => {
    const late = new Date('2026-03-05T23:30:00Z')
    const at = (timezone: string) =>
      decideChange({ ...policy, timezone }, factsOf(samples.major, { reviews }), late).green
    expect([at('Etc/UTC'), at('Europe/Berlin')]).toEqual([true, false])
  })
  test('a holiday is closed, and so is what cannot be read', () => {
    const windows: Policy['deployWindows'] = { T1: { days: ['mon'], holidays: 'holidays.txt' } }
    const on = (holidays: ChangeFacts['holidays']) =>
      decideChange({ ...policy, deployWindows: windows }, factsOf(samples.workflow, { reviews, holidays }), monday)
        .green
    expect([on({ T1: [] }), on({ T1: ['2026-03-02'] }), on({})]).toEqual([true, false, false])
  })
  test('a freeze stops all but docs', () => {
    const more = { reviews, freezes: ['Conference'] }
    expect([decide(samples.weight, more).green, decide(samples.docs, more).green]).toEqual([false, true])
  })
})

describe('break-glass', () => {
  const until = new Date('2026-03-06T13:00:00Z')
  const breakGlass = { ...ada, link: 'https://example.org', reason: 'down', issue: 1, until }
  const went = (sample: keyof typeof samples, more: Partial<ChangeFacts> = {}, at = friday) =>
    decide(samples[sample], { breakGlass, standby: undefined, ...more }, at)

  test('stands for the second operator, the stand-by, staging and the window', () => {
    const evidence = factsOf(samples.major).evidence.filter(({ name }) => !skippedByBreakGlass.includes(name))
    expect(went('major', { evidence })).toMatchObject({ green: true, breakGlass: true, until })
    expect(went('ingress', { evidence }).green).toBe(true)
  })

  test('stands for nothing else', () => {
    const { evidence } = factsOf(samples.major)
    for (const { name } of evidence.filter((one) => !skippedByBreakGlass.includes(one.name))) {
      expect(went('major', { evidence: evidence.filter((one) => one.name !== name) }).green).toBe(false)
    }
    const no: ReviewFacts = { ...bob, says: 'changes-requested', digest: now }
    expect(went('major', { reviews: [no] }).green).toBe(false)
    expect(went('major', { freezes: ['Conference'] }).green).toBe(false)
    expect(went('major', { holds: [{ by: 'bob', reason: 'x' }] }).green).toBe(false)
    expect(went('downgrade').green).toBe(false)
  })

  test('a debt that is overdue shuts careful and dangerous changes, also for it', () => {
    const debts = ['#3 Break-glass']
    expect([went('major', { debts }).green, went('ingress', { debts }).green]).toEqual([false, false])
    const reviews = [approval(ada), approval(bob)]
    const green = (sample: keyof typeof samples) => decide(samples[sample], { reviews, debts }).green
    expect([green('major'), green('ingress'), green('workflow'), green('docs')]).toEqual([false, false, true, true])
  })
})

test('it is green until the first of its facts ends', () => {
  const [sooner, later] = [new Date('2026-03-02T13:00:00Z'), new Date('2026-03-09T13:00:00Z')]
  const reviews = [approval(ada), approval(bob)]
  const evidence = factsOf(samples.ingress).evidence.map((one) => ({
    ...one,
    ...(one.name === 'start' ? { until: sooner } : one.name === 'staging-trial' ? { until: later } : {}),
  }))
  expect(decide(samples.ingress, { reviews, evidence }).until).toEqual(sooner)
  expect(decide(samples.ingress, { evidence }).until).toBeUndefined()
})

describe('always', () => {
  const all = Object.values(samples)
  const words = [
    approval(ada),
    approval(bob),
    approval(cyd),
    approval(stranger('mal')),
    approval({ login: 'zed', standing: 'unknown' }),
  ]
  const subsets = Array.from({ length: 2 ** words.length }, (_, mask) =>
    words.filter((_, index) => mask & (1 << index)),
  )
  const authorships = [[stranger('eve')], [ada], [ada, bob], [{ login: 'ada', standing: 'unknown' } as const]]

  test('taking an approval away never turns it green', () => {
    for (const files of all) {
      for (const authors of authorships) {
        for (const reviews of subsets) {
          if (decide(files, { authors, reviews }).green) continue
          for (const gone of reviews) {
            expect(decide(files, { authors, reviews: reviews.filter((one) => one !== gone) }).green).toBe(false)
          }
        }
      }
    }
  })

  test('a file more never turns it green', () => {
    for (const files of all) {
      for (const authors of authorships) {
        for (const reviews of subsets.slice(0, 8)) {
          const { evidence, ...alone } = factsOf(files, { authors, reviews })
          if (decideChange(policy, { ...alone, evidence }, monday).green) continue
          for (const more of all) expect(decide([...files, ...more], { authors, reviews }).green).toBe(false)
        }
      }
    }
  })

  test('who cannot be seen never counts as an operator', () => {
    for (const files of all) {
      const unknown = words.map((word) => ({ ...word, standing: 'unknown' as const }))
      const authors = [{ login: 'ada', standing: 'unknown' as const }]
      const derived = decide(files, { authors, reviews: unknown })
      expect(derived.green).toBe(derived.tier === 'none')
    }
  })

  test('nothing at all is not green', () => {
    expect(decide([]).green).toBe(false)
  })

  test('whatever is missing says what, who and why', () => {
    for (const files of all) {
      for (const need of decide(files, { evidence: [], standby: undefined, freezes: ['x'] }, friday).needs) {
        expect(need.what).toMatch(/\S/)
        expect(need.who).toMatch(/\.$/)
        expect(need.why).toMatch(/\S/)
      }
    }
  })
})

test('where only time is missing, it says from when on it may be otherwise', () => {
  const reviews = [approval(ada), approval(bob)]
  const from = new Date('2026-03-07T09:00:00Z')
  const evidence = factsOf(samples.major).evidence.map((one) =>
    one.name === 'announcement' ? { ...one, ok: false, from } : one,
  )
  const at = (more: Partial<ChangeFacts>) => decide(samples.major, more, friday)
  const opens = new Date('2026-03-09T00:00:00Z')

  expect(at({ reviews })).toMatchObject({ green: false, until: opens })
  expect(at({ reviews, evidence })).toMatchObject({ green: false, until: opens })
  expect(decide(samples.major, { reviews, evidence })).toMatchObject({ green: false, until: from })
  // People are missing as well: what they do starts the gate.
  expect(at({})).toMatchObject({ green: false, until: undefined })
})

test('it is green until its window closes', () => {
  const reviews = [approval(ada), approval(bob)]
  expect(decide(samples.major, { reviews })).toMatchObject({ green: true, until: new Date('2026-03-06T00:00:00Z') })
})
