import { appChecks } from './apps.js'
import { botChecks } from './bots.js'
import type { Check } from './check.js'
import { environmentChecks } from './environments.js'
import type { Facts } from './facts.js'
import { fileChecks } from './files.js'
import { peopleChecks } from './people.js'
import { rulesetChecks } from './rulesets.js'

/** Whether what Lockstep relies on is in force. Pure. */
export const examine = (facts: Facts): Check[] => [
  ...rulesetChecks(facts),
  ...environmentChecks(facts),
  ...appChecks(facts),
  ...botChecks(facts),
  ...fileChecks(facts),
  ...peopleChecks(facts),
]
