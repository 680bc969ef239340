import { z } from 'zod'

const holdSchema = z.strictObject({
  schema: z.literal(1),
  component: z.string(),
  /** The bad version. */
  version: z.string(),
  /** The upstream commit that it was made from (7 to 40 hex digits); where it is left out, the version tells. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,40}$/)
    .optional(),
  cause: z.string(),
  /** `<run id>/<attempt>` of the deploy that failed. */
  run: z.string(),
})

/** A bad upstream commit: no version that contains it is deployed until the issue is closed. */
export type Hold = z.infer<typeof holdSchema>

export const holdLabel = 'deploy-hold'

const start = '<!-- lockstep:hold -->'

/** The part of a hold's issue that machines read. */
export const holdBlock = (hold: Hold): string => `${start}\n\`\`\`json\n${JSON.stringify(hold, undefined, 2)}\n\`\`\``

/** The inverse of `holdBlock`, wherever it stands in the text; undefined where there is none, or more than one. */
export function readHold(body: string | null | undefined): Hold | undefined {
  const blocks = [
    ...(body ?? '').replaceAll('\r\n', '\n').matchAll(/<!-- lockstep:hold -->\n```json\n([\s\S]*?)\n```/g),
  ]
  const [only, second] = blocks
  if (only?.[1] === undefined || second) return undefined
  try {
    return holdSchema.safeParse(JSON.parse(only[1])).data
  } catch {
    return undefined
  }
}
