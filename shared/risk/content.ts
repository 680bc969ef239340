import type { Content } from './types.js'

/** Whether git keeps something under a path that is no file: a symbolic link or a submodule. */
export const isOdd = (mode: string): boolean => !mode.startsWith('100')

/** What is larger is not looked into. */
const maxBytes = 20 * 1024 * 1024

/** A file's bytes as one side of a change: text only where they are UTF-8 without zeros, as git-crypt's are not. */
export function contentOf(bytes: Buffer): Content {
  if (bytes.length > maxBytes || bytes.includes(0)) return { state: 'unread' }
  const text = bytes.toString('utf8')
  return Buffer.from(text).equals(bytes) ? { state: 'text', text } : { state: 'unread' }
}
