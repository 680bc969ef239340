import type { Run } from '../../shared/action/facts.js'
import type { GitHub } from '../../shared/github/client.js'
import { readWord, type Word } from './word.js'

/** Somebody's `/go` under a pull request. */
export type Go = Pick<Word, 'id' | 'login' | 'at' | 'edited'>

/** The `/go` that started the run; undefined where something else did. Who may say it is not judged here. */
export async function readGo(github: GitHub, run: Run): Promise<Go | undefined> {
  const word = await readWord(github, run, /^\/go$/)
  return word?.onPull ? word : undefined
}
