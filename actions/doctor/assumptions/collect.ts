import type { Policy } from '../../../shared/policy/policy.js'
import type { Seen } from '../check.js'
import type { Tools } from '../tools.js'
import { glanceAt } from './glance.js'
import type { Past } from './past.js'
import { pastComments, pastIssues } from './read-issues.js'
import { pastPulls } from './read-pulls.js'
import { pastRecords } from './read-records.js'
import { shownSettings, shownUpstream } from './read-shown.js'

/** Reads what GitHub shows of this repository and its past. Changes nothing, and never fails. */
export async function collectPast(
  { github, reader }: Tools,
  { apps }: Pick<Policy, 'apps'>,
  where: { repo: string; branch: string; rulesets: Seen<number[]>; upstreams: string[] },
): Promise<Past> {
  const { repo, branch, upstreams } = where
  return {
    viewer: await glanceAt(
      async () => (await reader.graphql<{ viewer: { login: string } }>('{ viewer { login } }')).viewer.login,
    ),
    issues: await glanceAt(() => pastIssues(reader, repo, apps.gate.bot)),
    comments: await glanceAt(() => pastComments(reader, repo)),
    ...(await pastPulls(reader, repo, branch)),
    ...(await pastRecords(reader, repo, apps.gate)),
    ...(await shownSettings(github, where)),
    upstreams: await shownUpstream(reader, repo, upstreams),
  }
}
