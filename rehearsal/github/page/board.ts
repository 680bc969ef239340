import { html } from 'hono/html'
import { z } from 'zod'
import { readCommit } from '../git-commits.js'
import type { Deployment, DeploymentStatus, Issue, Repo } from '../state.js'
import { type Html, markPart, momentPart, shortSha } from './parts.js'

const payload = z.object({
  verdict: z.string().optional(),
  releases: z.array(z.object({ components: z.record(z.string(), z.string()) })),
})

/** Where every commit was deployed to and how it ended: newest commit on top, clusters in the order of their environments. */
export async function boardPage(repo: Repo): Promise<Html> {
  const names = new Set(repo.deployments.map(({ environment }) => environment))
  const clusters = [...new Set([...repo.environments.keys(), ...names])].filter((name) => names.has(name))
  const commits = [...new Set(repo.deployments.map(({ sha }) => sha).reverse())]
  if (commits.length === 0) return html`<div class="card"><div class="empty">Nothing was deployed yet.</div></div>`

  const current = new Map(clusters.map((cluster) => [cluster, currentOf(repo, cluster)]))
  const rows = commits.map(async (sha) => {
    const cells = clusters.map((cluster) => {
      const last = repo.deployments.findLast((one) => one.sha === sha && one.environment === cluster)
      return cellOf(repo, cluster, last, last !== undefined && last === current.get(cluster))
    })
    return html`${await commitOf(repo, sha)}${cells}`
  })
  return html`<div class="card board" style="--clusters: ${clusters.length}">
<div class="head">commit</div>${clusters.map((cluster) => html`<div class="head">${cluster}</div>`)}
${await Promise.all(rows)}
</div>`
}

/** How it ended. GitHub adds `inactive` to what a newer success replaced; that is no ending. */
const endOf = ({ statuses }: Deployment): DeploymentStatus | undefined =>
  statuses.findLast(({ state }) => state !== 'inactive')

const currentOf = (repo: Repo, cluster: string): Deployment | undefined =>
  repo.deployments.findLast((one) => one.environment === cluster && endOf(one)?.state === 'success')

async function commitOf(repo: Repo, sha: string): Promise<Html> {
  const commit = await readCommit(repo.gitDir, sha)
  const merged = [...repo.issues.values()].find(({ pull }) => pull?.merged?.sha === sha)
  const title = merged?.title ?? commit?.message.split('\n')[0] ?? ''
  return html`<div><b>${title}</b><br><small><code>${shortSha(sha)}</code>${merged ? pullOf(repo, merged) : ''}</small></div>`
}

const pullOf = (repo: Repo, { number, assignees }: Issue): Html =>
  html` · <a href="/_/${repo.fullName}/issues/${number}">#${number}</a>${
    assignees.length > 0 ? ` · on duty: ${assignees.map(({ login }) => login).join(', ')}` : ''
  }`

function cellOf(repo: Repo, cluster: string, deployment: Deployment | undefined, current: boolean): Html {
  const label = html`<span class="label">${cluster}</span>`
  if (!deployment) return html`<div class="cell">${label}<span class="faint">–</span></div>`
  const status = endOf(deployment)
  const state = status?.state ?? 'pending'
  const { verdict, releases } = payload.safeParse(deployment.payload).data ?? { releases: [] }
  const versions = [...new Map(releases.flatMap(({ components }) => Object.entries(components)))]
  const word = state === 'success' && verdict === 'pass' ? 'verified' : (verdict ?? state)
  const title = versions.map(([name, version]) => `${name} ${version}`).join('\n')
  return html`<div class="cell" title="${title}">${label}<span>${markPart(state, word, current ? 'now' : 'past')}
<span class="when">${momentPart(status?.createdAt ?? deployment.createdAt)} ${runOf(repo, status?.logUrl ?? '')}</span></span></div>`
}

/** A link to the run that wrote the record. Only its number is taken: the address is whoever's who wrote it. */
function runOf(repo: Repo, logUrl: string): Html | string {
  const id = Number(/\/actions\/runs\/(\d+)/.exec(logUrl)?.[1])
  return repo.runs.some((run) => run.id === id)
    ? html`<small><a href="/_/${repo.fullName}/runs/${id}">run</a></small>`
    : ''
}
