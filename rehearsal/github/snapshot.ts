import { gitText, listRefs } from './git.js'
import type { Repo, State } from './state.js'

const kept = ['accounts', 'teams', 'apps', 'installations', 'tokens', 'repos', 'openRows'] as const

/**
 * Remembers everything as it is now. What it returns goes back there, any number of times; the logs of events and requests
 * go on.
 */
export async function stateSnapshot(state: State): Promise<() => Promise<void>> {
  const before = structuredClone(pick(state))
  const refs = await Promise.all([...state.repos.values()].map((repo) => listRefs(repo.gitDir)))
  return async () => {
    Object.assign(state, structuredClone(before))
    await Promise.all([...state.repos.values()].map((repo, index) => restoreRefs(repo, refs[index] ?? [])))
  }
}

const pick = (state: State): Pick<State, (typeof kept)[number]> =>
  Object.fromEntries(kept.map((key) => [key, state[key]])) as Pick<State, (typeof kept)[number]>

/** Git's objects stay: nobody sees those that no ref leads to. */
async function restoreRefs(repo: Repo, refs: { ref: string; sha: string }[]): Promise<void> {
  const wanted = new Map(refs.map(({ ref, sha }) => [ref, sha]))
  const now = new Map((await listRefs(repo.gitDir)).map(({ ref, sha }) => [ref, sha]))
  const gone = [...now.keys()].filter((ref) => !wanted.has(ref))
  const moved = refs.filter(({ ref, sha }) => now.get(ref) !== sha)
  const lines = [...gone.map((ref) => `delete ${ref}`), ...moved.map(({ ref, sha }) => `update ${ref} ${sha}`)]
  if (lines.length === 0) return
  await gitText(repo.gitDir, ['update-ref', '--stdin'], { input: lines.map((line) => `${line}\n`).join('') })
}
