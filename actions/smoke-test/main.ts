import { getState, saveState } from '@actions/core'
import { action } from '../../shared/action/action.js'
import { definition } from './io.js'

const start = action(definition, async () => (await import(/* webpackMode: "eager" */ './run.js')).smokeTest)

/** The runner calls this again after the job, with what was saved: then it cleans up. */
export const main = async (): Promise<void> => {
  if (getState('started') !== '') return (await import(/* webpackMode: "eager" */ './post.js')).tidyUp()
  saveState('started', 'true')
  return start()
}
