/** What the App's words about duty begin with, each its own memory; people do not see it. */
export const mark = (key: string): string => `<!-- lockstep:duty ${key} -->`

/** The key of a comment's word; undefined where it is none. Anybody can write one. */
export const keyIn = (body: string | null | undefined): string | undefined =>
  /^<!-- lockstep:duty ([\w-]+) -->/.exec(body ?? '')?.[1]

/** Of the last word: nothing is left to do, and the pull request is not looked at again. */
export const endKey = 'end'
