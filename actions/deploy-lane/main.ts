import { action } from '../../shared/action/action.js'
import { definition } from './io.js'

export const main = action(definition, async () => (await import(/* webpackMode: "eager" */ './run.js')).deployLane)
