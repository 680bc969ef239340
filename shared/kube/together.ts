import { z } from 'zod'
import { UserError } from '../foundation/errors.js'
import type { Kubectl, ObjectName } from './kubectl.js'

const namedSchema = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) })

/**
 * Reads several objects with one start of kubectl, which costs more than the reading: what is returned answers for these, and
 * asks for any other. Where they cannot be read together each is asked for by itself, so that an error is about that one.
 *
 * @throws UserError `cluster-unreachable` where nothing answers.
 */
export async function readTogether(
  kubectl: Pick<Kubectl, 'get' | 'find'>,
  objects: ObjectName[],
): Promise<Pick<Kubectl, 'get'>> {
  const found = await kubectl.find(objects).catch((error: unknown) => {
    if (error instanceof UserError && error.reason !== 'cluster-unreachable') return undefined
    throw error
  })
  if (!found) return kubectl
  const is = (kind: string, name: string) => (object: unknown) => {
    const { data } = namedSchema.safeParse(object)
    return data?.kind.toLowerCase() === kind && data.metadata.name === name
  }
  return {
    get: async (kind, name) => {
      const asked = objects.some(is(kind, name))
      return asked ? found.find(is(kind, name)) : kubectl.get(kind, name)
    },
  }
}
