import { UserError } from '../foundation/errors.js'

/** So many pages of 100 are read of one list: anybody can add to it, so that one page is not enough (D5, L16). */
export const mostPages = 20

/**
 * The entries of a list of GitHub in its own order, page by page and only as far as they are taken: whoever finds what they look for
 * stops, and nothing more is asked for. What strangers put into a list can make it longer, and hides nothing.
 *
 * @param pages of `github.paginate.iterator`, 100 a page
 * @param list what it is a list of, to follow "GitHub lists more than 2,000"
 * @param fix what a person does so that it gets shorter
 * @throws UserError `misconfigured` after 20 pages: what was not found by then is unknown, and never "not there"
 */
export async function* listPages<T>(
  pages: AsyncIterable<{ data: T[] }>,
  { list, fix }: { list: string; fix: string },
): AsyncGenerator<T> {
  let read = 0
  for await (const { data } of pages) {
    read += 1
    if (read > mostPages) throw tooMany(list, fix)
    yield* data
  }
}

export const tooMany = (list: string, fix: string): UserError =>
  new UserError('misconfigured', `GitHub lists more than ${mostPages * 100} ${list}: the rest is unknown.`, {
    fix: `${fix} Then run this job again.`,
  })

/** The first `most` of them. */
export async function firstInPages<T>(entries: AsyncIterable<T>, most = Number.POSITIVE_INFINITY): Promise<T[]> {
  const found: T[] = []
  if (most === 0) return found
  for await (const entry of entries) {
    found.push(entry)
    if (found.length >= most) break
  }
  return found
}
