interface Kept {
  id: number
  sha: string
  task: string
  environment: string
  payload: unknown
  created_at: string
  creator: { id: number; type: string; login: string } | null
  statuses: Said[]
}

interface Said {
  id: number
  state: string
  description: string
  created_at: string
  auto_inactive: boolean
  creator: { id: number; type: string; login: string } | null
}

type New = Pick<Kept, 'task' | 'environment' | 'payload'> & { ref: string }
type Where = Partial<Pick<Kept, 'task' | 'environment' | 'sha'>>

/** A repository of which GitHub knows nothing but deployments, newest last; `as` tells by its number which bot's token asks. */
export function deploymentsStore() {
  const kept: Kept[] = []
  let count = 0
  const next = (): { id: number; created_at: string } => {
    count += 1
    return { id: count, created_at: new Date(Date.UTC(2026, 0, 1, 0, count)).toISOString() }
  }
  const as = (bot: number | undefined) => {
    const creator =
      bot === undefined ? { id: 1, type: 'User', login: 'ada' } : { id: bot, type: 'Bot', login: `${bot}[bot]` }
    const repos = {
      listDeployments: async ({ task, environment, sha }: Where) => ({
        data: kept
          .filter((one) => task === undefined || one.task === task)
          .filter((one) => environment === undefined || one.environment === environment)
          .filter((one) => sha === undefined || one.sha === sha)
          .toReversed(),
      }),
      createDeployment: async ({ ref: sha, task, environment, payload }: New) => {
        const made = { ...next(), sha, task, environment, payload, creator, statuses: [] }
        kept.push(made)
        return { data: { id: made.id, creator } }
      },
      listDeploymentStatuses: async ({ deployment_id }: { deployment_id: number }) => ({
        data: kept.find(({ id }) => id === deployment_id)?.statuses.toReversed() ?? [],
      }),
      createDeploymentStatus: async ({ deployment_id, ...said }: Said & { deployment_id: number }) => {
        kept.find(({ id }) => id === deployment_id)?.statuses.push({ ...said, ...next(), creator })
      },
    }
    const paginate = {
      async *iterator<A, B>(list: (where: A) => Promise<B>, where: A) {
        yield await list(where)
      },
    }
    return { rest: { repos }, paginate } as never
  }
  return { kept, as }
}
