import { appChecks } from './apps.js'
import { botChecks } from './bots.js'
import type { SettingCheck } from './check.js'
import { deviceFlowChecks } from './device-flow.js'
import { environmentChecks } from './environments.js'
import type { DoctorFacts } from './facts.js'
import { fileChecks } from './files.js'
import { mergingChecks } from './merging.js'
import { peopleChecks } from './people.js'
import { rulesetChecks } from './rulesets.js'
import { upstreamSettings } from './upstream-checks.js'

/** Whether what Lockstep relies on is in force. Pure. */
export const examineFacts = (facts: DoctorFacts): SettingCheck[] => [
  ...rulesetChecks(facts),
  ...mergingChecks(facts),
  ...environmentChecks(facts),
  ...appChecks(facts),
  ...deviceFlowChecks(facts),
  ...botChecks(facts),
  ...fileChecks(facts),
  ...peopleChecks(facts),
  ...upstreamSettings(facts),
]
