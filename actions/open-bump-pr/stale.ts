import { touchesComponent } from '../../shared/bump/touches.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { type ComparedCommit, changesOf } from '../../shared/github/compare.js'
import type { Component } from '../../shared/policy/policy.js'

/** A commit of upstream's default branch that changes the component and has had its time to be published. */
export interface Overdue {
  sha: string
  /** The first line of its message: a stranger's text. */
  title: string
  /** ISO 8601. */
  at: string
}

/** So many are looked up, newest first. */
const limit = 30

/** Which of the commits without a version should have one by now. */
export async function overdueOf(
  upstream: GitHub,
  component: Component,
  unpublished: ComparedCommit[],
  now: Date,
): Promise<Overdue[]> {
  // Fewer cannot raise the alarm, whatever they changed.
  if (unpublished.length < component.staleAfter) return []
  const looked = await Promise.all(
    unpublished.slice(0, Math.max(limit, component.staleAfter)).map(async ({ sha, message }) => {
      const { data } = await upstream.rest.repos.getCommit({ ...repoRef(component.upstream), ref: sha })
      const at = data.commit.committer?.date ?? ''
      const due = now.getTime() - Date.parse(at) >= component.wait
      const [title = ''] = message.split('\n')
      return due && touchesComponent(component, changesOf(data)) ? [{ sha, title, at }] : []
    }),
  )
  return looked.flat()
}

/** What is to be done about the alarm's issue. */
export type Alarm = 'open' | 'update' | 'close' | 'leave'

/**
 * @param present the alarm's issue about the same gap in publishing, where there is one; somebody who closed it has seen it
 * @param others whether issues about earlier gaps are open
 */
export function decideAlarm(
  overdue: number,
  { staleAfter }: Pick<Component, 'staleAfter'>,
  present: 'open' | 'closed' | undefined,
  others: boolean,
): Alarm {
  if (overdue < staleAfter) return present === 'open' || others ? 'close' : 'leave'
  if (present === 'closed') return 'leave'
  return present === 'open' ? 'update' : 'open'
}
