import { z } from 'zod'
import { type GitHub, repoRef } from '../github/client.js'

const payloadSchema = z.object({
  schema: z.literal(1),
  cluster: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** Login of the operator who asked. */
  operator: z.string(),
  /** `<run id>/<attempt>` in which they did. */
  run: z.string(),
})

/** That one operator wants a cluster adopted at a commit: a GitHub Deployment of the gate App that is pending. */
export type NewWord = z.infer<typeof payloadSchema>

export interface Word extends NewWord {
  id: number
  given: Date
}

interface Place {
  github: GitHub
  /** `owner/name` of the deploy repo. */
  repo: string
  /** Only what this App wrote is believed. */
  gateApp: number
}

/** Not the records' own task: nothing that looks for what was deployed sees a word. */
const task = 'adopt'

/** The words for a cluster, newest first, that were given since then and not used yet. */
export async function readWords(place: Place, cluster: string, since: Date): Promise<Word[]> {
  const { github, repo, gateApp } = place
  const where = { ...repoRef(repo), environment: cluster, task, per_page: 100 }
  const { data } = await github.rest.repos.listDeployments(where)
  const words = data.flatMap(({ id, payload, sha, created_at, performed_via_github_app: via }): Word[] => {
    const word = via?.id === gateApp ? readPayload(payload) : undefined
    const given = new Date(created_at)
    return word && word.cluster === cluster && word.commit === sha && given > since ? [{ ...word, id, given }] : []
  })
  const pending: Word[] = []
  for (const word of words) if (await isPending(place, word.id)) pending.push(word)
  return pending.toSorted((a, b) => b.id - a.id)
}

export async function giveWord({ github, repo }: Place, word: NewWord, logUrl: string): Promise<void> {
  const description = `${word.operator} asks to adopt ${word.cluster}.`
  const { data } = await github.rest.repos.createDeployment({
    ...repoRef(repo),
    ref: word.commit,
    task,
    environment: word.cluster,
    auto_merge: false,
    required_contexts: [],
    description,
    payload: { ...word },
  })
  if (!('id' in data) || typeof data.id !== 'number') throw new Error('GitHub made no deployment')
  await setState({ github, repo }, data.id, { state: 'pending', description, log_url: logUrl })
}

/** Words for a commit that is adopted now are used: the next adoption needs two new ones. Safe to repeat. */
export async function useWords(place: Place, cluster: string, commit: string, since: Date): Promise<void> {
  for (const word of await readWords(place, cluster, since)) {
    if (word.commit !== commit) continue
    await setState(place, word.id, { state: 'inactive', description: `${cluster} is adopted.` })
  }
}

async function isPending({ github, repo, gateApp }: Place, id: number): Promise<boolean> {
  const where = { ...repoRef(repo), deployment_id: id, per_page: 100 }
  const { data } = await github.rest.repos.listDeploymentStatuses(where)
  const ours = data.filter((status) => status.performed_via_github_app?.id === gateApp)
  return ours.toSorted((a, b) => b.id - a.id)[0]?.state === 'pending'
}

async function setState(
  { github, repo }: Omit<Place, 'gateApp'>,
  id: number,
  status: { state: 'pending' | 'inactive'; description: string; log_url?: string },
): Promise<void> {
  const { description, ...rest } = status
  const short = { ...rest, description: description.slice(0, 140) }
  await github.rest.repos.createDeploymentStatus({ ...repoRef(repo), deployment_id: id, ...short })
}

/** GitHub gives a payload back as the object it was, or as its text. */
function readPayload(payload: unknown): NewWord | undefined {
  try {
    return payloadSchema.safeParse(typeof payload === 'string' ? JSON.parse(payload) : payload).data
  } catch {
    return undefined
  }
}
