interface Kept {
  id: number
  sha: string
  task: string
  environment: string
  payload: unknown
  created_at: string
  performed_via_github_app: { id: number } | null
  statuses: Said[]
}

interface Said {
  id: number
  state: string
  description: string
  created_at: string
  auto_inactive: boolean
  performed_via_github_app: { id: number } | null
}

type New = Pick<Kept, 'task' | 'environment' | 'payload'> & { ref: string }
type Where = Partial<Pick<Kept, 'task' | 'environment' | 'sha'>>

/** A repository of which GitHub knows nothing but deployments, newest last; `as` tells whose token asks. */
export function deploymentsStore() {
  const kept: Kept[] = []
  let count = 0
  const next = (): { id: number; created_at: string } => {
    count += 1
    return { id: count, created_at: new Date(Date.UTC(2026, 0, 1, 0, count)).toISOString() }
  }
  const as = (app: number | undefined) => {
    const via = app === undefined ? null : { id: app }
    const repos = {
      listDeployments: async ({ task, environment, sha }: Where) => ({
        data: kept
          .filter((one) => task === undefined || one.task === task)
          .filter((one) => environment === undefined || one.environment === environment)
          .filter((one) => sha === undefined || one.sha === sha),
      }),
      createDeployment: async ({ ref: sha, task, environment, payload }: New) => {
        const made = { ...next(), sha, task, environment, payload, performed_via_github_app: via, statuses: [] }
        kept.push(made)
        return { data: { id: made.id } }
      },
      listDeploymentStatuses: async ({ deployment_id }: { deployment_id: number }) => ({
        data: kept.find(({ id }) => id === deployment_id)?.statuses ?? [],
      }),
      createDeploymentStatus: async ({ deployment_id, ...said }: Said & { deployment_id: number }) => {
        kept
          .find(({ id }) => id === deployment_id)
          ?.statuses.push({ ...said, ...next(), performed_via_github_app: via })
      },
    }
    return { rest: { repos } } as never
  }
  return { kept, as }
}
