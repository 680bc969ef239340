/** `unknown`: Lockstep cannot see whether they are an operator. */
export type Standing = 'operator' | 'other' | 'unknown'

export interface Person {
  login: string
  standing: Standing
}
