import type { Caller } from './identities.js'
import type { State } from './state.js'

export interface GraphQLCall {
  state: State
  caller: Caller
}
