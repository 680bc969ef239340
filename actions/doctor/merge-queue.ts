import { checkSetting, type Seen, type SettingCheck } from './check.js'
import type { Rule } from './facts.js'

/**
 * C20: a merge queue's runs are on `refs/heads/gh-readonly-queue/...` and take their workflow files from there, which the people whose
 * changes wait have written. The environment that holds the gate's key must never admit them, so the required check would never come.
 */
export const mergeQueueCheck = (rules: Seen<Rule[]>, branch: string, where: string): SettingCheck =>
  checkSetting('No merge queue', rules, `Check ${where}.`, (found) =>
    found.some(({ type }) => type === 'merge_queue')
      ? {
          finding: 'merge-queue',
          wrong: `A ruleset requires a merge queue on ${branch}. Its runs are on gh-readonly-queue/ branches, which must never get the gate's key: the required check never runs, and nothing is merged.`,
          fix: `${where}: untick "Require merge queue". Admit gh-readonly-queue/ branches to no environment: they contain workflow files that nobody has merged yet.`,
        }
      : 'Pull requests are merged one by one, each after the gate.',
  )

/** Whether a pattern of an environment's branch rules lets a merge queue's runs in, also where it means more than them. */
export const admitsQueue = (pattern: string): boolean =>
  pattern.startsWith('gh-readonly-queue') || pattern.startsWith('**')
