import { z } from 'zod'
import { isBot } from '../../../shared/github/bot.js'
import { repoRef } from '../../../shared/github/client.js'
import { actorFields, actorOf, actorSchema } from '../../../shared/github/graphql-actor.js'
import type { RecordPlace } from '../../../shared/records/gate-deployments.js'
import { endKey, keyIn } from './mark.js'

const pullSchema = z.object({
  comments: z.object({
    nodes: z.array(z.object({ body: z.string(), lastEditedAt: z.string().nullable(), author: actorSchema }).nullable()),
  }),
})

const fields = `fragment said on PullRequest {
  comments(last: 20) { nodes { body lastEditedAt author ${actorFields} } }
}`

/**
 * Which of these pull requests have the gate App's last word under them, after which nothing is left to do: one request for 100 of
 * them. It is the last thing that the App does, so it is looked for among the newest comments only. Where more came after it, or
 * somebody changed it, the pull request is looked at once more, and nothing is said twice.
 */
export async function endedPulls(
  { github, repo, gateBot }: RecordPlace,
  pulls: readonly number[],
): Promise<Set<number>> {
  const ended = new Set<number>()
  const { owner, repo: name } = repoRef(repo)
  for (let start = 0; start < pulls.length; start += 100) {
    const some = pulls.slice(start, start + 100)
    const wanted = some.map((number) => `p${number}: pullRequest(number: ${number}) { ...said }`).join('\n')
    const query = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { ${wanted} } }\n${fields}`
    const answer = await github.graphql<{ repository: Record<string, unknown> }>(query, { owner, name })
    for (const number of some) {
      const { nodes } = pullSchema.parse(answer.repository[`p${number}`]).comments
      const isLast = nodes.some(
        (one) => one?.lastEditedAt === null && isBot(actorOf(one.author), gateBot) && keyIn(one.body) === endKey,
      )
      if (isLast) ended.add(number)
    }
  }
  return ended
}
