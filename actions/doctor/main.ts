import { defineAction } from '../../shared/runtime/action.js'
import { definition } from './io.js'

export const main = defineAction(
  definition,
  async () => (await import(/* webpackMode: "eager" */ './run.js')).examineSetup,
)
