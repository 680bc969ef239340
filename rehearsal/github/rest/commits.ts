import { foundOr404, notFound, Refusal } from '../errors.js'
import { gitText, mergeBase, resolveCommit } from '../git.js'
import { commitLog, readCommit } from '../git-commits.js'
import { gitDiff } from '../git-diff.js'
import { pullRecordsWithCommit } from '../pulls-with-commit.js'
import { type Call, commitOf, type Handlers, linkHeader, listReply, okReply, pageOf, type Reply } from './call.js'
import { pullShape } from './issue-shapes.js'
import { commitShape, fileShape, repoApi, repoHtml } from './shapes.js'

/** GitHub shows no more files of a comparison or a commit at once. */
const maxFiles = 300

export const commitHandlers = {
  'repos/list-commits': async (call) => {
    const { state, repo, query } = call
    const from = foundOr404(await resolveCommit(repo.gitDir, query.sha ?? repo.defaultBranch))
    const filters = [
      ...(query.author ? ['--fixed-strings', `--author=${query.author}`] : []),
      ...(query.since ? [`--since=${query.since}`] : []),
      ...(query.until ? [`--until=${query.until}`] : []),
    ]
    const paths = ['--', ...(query.path ? [`:(literal)${query.path}`] : [])]
    const { perPage, page } = pageOf(call)
    const [total, shown] = await Promise.all([
      gitText(repo.gitDir, ['rev-list', '--count', ...filters, from, ...paths]),
      commitLog(repo.gitDir, [...filters, `--skip=${(page - 1) * perPage}`, `--max-count=${perPage}`, from, ...paths]),
    ])
    return {
      status: 200,
      body: shown.map((commit) => commitShape(state, repo, commit)),
      headers: linkHeader(call, page, Math.ceil(Number(total) / perPage)),
    }
  },

  'repos/get-commit': async (call) => {
    const { state, repo, params } = call
    const sha = await commitOf(call, params.ref ?? '')
    if (call.accept.includes('sha'))
      return { status: 200, body: Buffer.from(sha), headers: { 'content-type': 'application/vnd.github.sha' } }
    const commit = foundOr404(await readCommit(repo.gitDir, sha))
    const files = await gitDiff(repo.gitDir, commit.parents[0], sha)
    const additions = files.reduce((sum, file) => sum + file.additions, 0)
    const deletions = files.reduce((sum, file) => sum + file.deletions, 0)
    const { perPage, page } = { ...pageOf(call, maxFiles), ...(call.query.per_page ? {} : { perPage: maxFiles }) }
    return {
      status: 200,
      headers: linkHeader(call, page, Math.ceil(files.length / perPage)),
      body: {
        ...commitShape(state, repo, commit),
        stats: { total: additions + deletions, additions, deletions },
        files: files.slice((page - 1) * perPage, page * perPage).map((file) => fileShape(state, repo, sha, file)),
      },
    }
  },

  'repos/compare-commits': (call) => compare(call),

  'repos/list-pull-requests-associated-with-commit': async (call) => {
    const { state, repo, params } = call
    const sha = foundOr404(await resolveCommit(repo.gitDir, params.commit_sha ?? ''))
    const pulls = await pullRecordsWithCommit(repo, sha)
    return listReply(call, pulls, ({ issue, pull }) => pullShape(state, repo, issue, pull))
  },
} satisfies Partial<Handlers>

async function compare(call: Call): Promise<Reply> {
  const { state, repo, params } = call
  const [baseName = '', headName = ''] = (params.basehead ?? '').split('...')
  const plain = (name: string): string => name.split(':').at(-1) ?? ''
  const [base, head] = await Promise.all([
    resolveCommit(repo.gitDir, plain(baseName)),
    resolveCommit(repo.gitDir, plain(headName)),
  ])
  if (!base || !head) throw notFound()
  const common = await mergeBase(repo.gitDir, base, head)
  if (!common) throw new Refusal(404, `No common ancestor between ${baseName} and ${headName}.`)

  const counts = await gitText(repo.gitDir, ['rev-list', '--left-right', '--count', `${base}...${head}`, '--'])
  const [behind = 0, ahead = 0] = counts.split('\t').map(Number)
  const { page } = pageOf(call)
  const perPage = call.query.per_page || call.query.page ? pageOf(call).perPage : 250
  const [all, files, [baseCommit], [commonCommit]] = await Promise.all([
    commitLog(repo.gitDir, ['--reverse', '--topo-order', `${base}..${head}`, '--']),
    // Files come with the first page only.
    page === 1 ? gitDiff(repo.gitDir, common, head) : [],
    commitLog(repo.gitDir, ['-1', base, '--']),
    commitLog(repo.gitDir, ['-1', common, '--']),
  ])
  const html = `${repoHtml(state, repo)}/compare/${encodeURIComponent(baseName)}...${encodeURIComponent(headName)}`
  return {
    ...okReply({
      url: `${repoApi(state, repo)}/compare/${encodeURIComponent(baseName)}...${encodeURIComponent(headName)}`,
      html_url: html,
      permalink_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: commitShape(state, repo, foundOr404(baseCommit)),
      merge_base_commit: commitShape(state, repo, foundOr404(commonCommit)),
      status: ahead && behind ? 'diverged' : ahead ? 'ahead' : behind ? 'behind' : 'identical',
      ahead_by: ahead,
      behind_by: behind,
      total_commits: ahead,
      commits: all.slice((page - 1) * perPage, page * perPage).map((commit) => commitShape(state, repo, commit)),
      files: files.slice(0, maxFiles).map((file) => fileShape(state, repo, head, file)),
    }),
    headers: linkHeader(call, page, Math.ceil(all.length / perPage)),
  }
}
