import { z } from 'zod'
import type { Run } from '../action/facts.js'
import { type GitHub, repoRef } from '../github/client.js'
import { jsonBlock, readBlock } from '../report/block.js'
import { code, link, mention, plain } from '../report/markdown.js'

export const debtLabel = 'break-glass'

const debtSchema = z.strictObject({
  schema: z.literal(1),
  /** Number of the pull request that went first. */
  pull: z.int().positive(),
  /** Login of the operator who said so. */
  by: z.string(),
  /** Id of their comment. */
  comment: z.int().positive(),
})

export interface NewDebt extends Omit<z.infer<typeof debtSchema>, 'schema'> {
  /** Address of the incident. */
  link: string
  reason: string
}

const block = 'break-glass'

export const readDebt = (body: string | null | undefined): z.infer<typeof debtSchema> | undefined =>
  readBlock(block, debtSchema, body)

/** Opens the issue that another operator closes afterwards; one a comment, however often it is heard. Returns its number. */
export async function openDebt(github: GitHub, run: Run, debt: NewDebt): Promise<number> {
  const at = repoRef(run.repository)
  const open = await github.paginate(github.rest.issues.listForRepo, {
    ...at,
    ...{ state: 'all', labels: debtLabel, per_page: 100 },
  })
  const known = open.find(({ body, user }) => user?.type === 'Bot' && readDebt(body)?.comment === debt.comment)
  if (known) return known.number
  const { pull, by, comment } = debt
  const { data } = await github.rest.issues.create({
    ...at,
    title: `Break-glass: #${pull} went first, somebody has to look at it`,
    labels: [debtLabel],
    body: `${mention(by)} let #${pull} go before it had everything: ${plain(debt.reason, 300)} (${link('the incident', debt.link)}).

**What to do next:** an operator who is not ${code(by)} looks at what was done, and closes this issue. If it was not merged after all, they close it as well. Until then it stands, and after 7 days nothing of T2 or T3 is merged any more.

${jsonBlock(block, { schema: 1, pull, by, comment })}`,
  })
  return data.number
}
