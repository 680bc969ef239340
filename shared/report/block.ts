import type { z } from 'zod'
import { parseJson } from '../foundation/parse-json.js'

const startOf = (name: string): string => `<!-- lockstep:${name} -->`

/** The part of an issue's text that machines read. @param name letters and dashes */
export const jsonBlock = (name: string, value: unknown): string =>
  `${startOf(name)}\n\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``

/** The inverse, wherever it stands in the text; undefined where there is none that fits, or more than one. */
export function readBlock<T>(name: string, schema: z.ZodType<T>, body: string | null | undefined): T | undefined {
  const pattern = new RegExp(`${startOf(name)}\\n\`\`\`json\\n([\\s\\S]*?)\\n\`\`\``, 'g')
  const [only, second] = [...(body ?? '').replaceAll('\r\n', '\n').matchAll(pattern)]
  if (only?.[1] === undefined || second) return undefined
  return schema.safeParse(parseJson(only[1])).data
}
