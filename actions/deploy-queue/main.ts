import { defineAction } from '../../shared/runtime/action.js'
import { withPost } from '../../shared/runtime/with-post.js'
import { definition } from './io.js'

export const main = withPost(
  defineAction(definition, async () => (await import(/* webpackMode: "eager" */ './run.js')).deployQueue),
)
