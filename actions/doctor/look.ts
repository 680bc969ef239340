import { explainGitHub, hasStatus } from '../../shared/github/errors.js'
import { graphqlTypes } from '../../shared/github/graphql.js'
import type { Seen } from './check.js'

/** What GitHub shows; its refusal is an answer as well. @throws what is no refusal, as when it cannot be reached. */
export async function lookAt<T>(ask: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { value: await ask() }
  } catch (error) {
    const refusal = hasStatus(error, 401, 403, 404) ? explainGitHub(error) : undefined
    if (!refusal || refusal.reason === 'github-unreachable') throw error
    return { unseen: refusal.message }
  }
}

/** The same of GraphQL, which says a refusal in an answer. */
export async function lookByGraphQL<T>(ask: () => Promise<T>): Promise<Seen<T>> {
  try {
    return await lookAt(ask)
  } catch (error) {
    const refused = graphqlTypes(error).some((type) => type === 'FORBIDDEN' || type === 'NOT_FOUND')
    if (!refused) throw error
    return { unseen: 'GitHub does not show it to this token.' }
  }
}

/** The same for something that may not be there: GitHub then answers 404. */
export const lookFor = <T>(ask: () => Promise<T>): Promise<Seen<T | undefined>> =>
  lookAt(async () => {
    try {
      return await ask()
    } catch (error) {
      if (hasStatus(error, 404)) return undefined
      throw error
    }
  })
