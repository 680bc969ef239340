import { z } from 'zod'

/** Somebody as GraphQL names them. Of a bot it leaves out the end of its login (I8), so its number is what counts. */
export interface HistoryActor {
  login: string
  /** `User`, `Bot` and others. */
  type: string
  /** Of a bot its user id (I18); 0 for all others. */
  id: number
}

/** The fields to ask of an `actor`, `author` or `editor`. */
export const actorFields = '{ __typename login ... on Bot { databaseId } }'

/** What `actorFields` asks for; null where that account is gone. */
export const actorSchema = z
  .object({ __typename: z.string(), login: z.string(), databaseId: z.int().nullish() })
  .nullable()

/** Undefined where that account is gone. */
export const actorOf = (found: z.infer<typeof actorSchema> | undefined): HistoryActor | undefined =>
  found ? { login: found.login, type: found.__typename, id: found.databaseId ?? 0 } : undefined
