import { type GitHub, repoRef } from '../../shared/github/client.js'
import { readFiles } from '../../shared/github/files.js'
import type { Seen } from './check.js'
import type { Workflow } from './facts.js'
import { lookAt } from './look.js'
import { cronsOf } from './schedules.js'

/**
 * The workflows of a repository, with their files on a branch and when their schedules started them last.
 *
 * @param lister may list workflows and their runs
 * @param contents may read the files
 */
export async function workflowsOf(lister: GitHub, contents: GitHub, repo: string, branch: string): Promise<Workflow[]> {
  const all = await lister.paginate(lister.rest.actions.listRepoWorkflows, { ...repoRef(repo), per_page: 100 })
  // GitHub lists workflows of its own as well, and those of other branches. A name may hold anything: one
  // with a line break would begin a line of the log.
  const listed = all.filter(({ path }) => /^\.github\/workflows\/[^/\p{Cc}]+\.ya?ml$/u.test(path))
  if (listed.length === 0) return []
  const paths = listed.map(({ path }) => path)
  const texts = await readFiles(contents, repo, paths, branch)
  return Promise.all(
    listed.map(async ({ id, path, state, created_at, updated_at }, index): Promise<Workflow> => {
      const text = texts[index]
      const since = Date.parse(updated_at) > Date.parse(created_at) ? updated_at : created_at
      const scheduled = cronsOf(text).length === 0 ? { value: undefined } : await lastScheduled(lister, repo, id)
      return { path, state, text, since, scheduled }
    }),
  )
}

const lastScheduled = (lister: GitHub, repo: string, workflow: number): Promise<Seen<string | undefined>> =>
  lookAt(async () => {
    const asked = { ...repoRef(repo), workflow_id: workflow, event: 'schedule', per_page: 1 }
    const { data } = await lister.rest.actions.listWorkflowRuns(asked)
    return data.workflow_runs[0]?.created_at
  })
