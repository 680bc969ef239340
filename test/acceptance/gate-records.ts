import type { Lane } from './code-lane.js'

export async function checksOf(lane: Lane, head: string) {
  const { data } = await lane.client(lane.ada.token).rest.checks.listForRef({ ...lane.deployAt, ref: head })
  return data.check_runs
}

export async function commentsOf(lane: Lane, pull: number) {
  const { data } = await lane.client(lane.ada.token).rest.issues.listComments({ ...lane.deployAt, issue_number: pull })
  return data.filter(({ body }) => body?.startsWith('<!-- lockstep:gate -->'))
}

export async function headOf(lane: Lane, pull: number): Promise<string> {
  const { data } = await lane.client(lane.ada.token).rest.pulls.get({ ...lane.deployAt, pull_number: pull })
  return data.head.sha
}
