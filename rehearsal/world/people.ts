import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getOctokit } from '@actions/github'
import { execa } from 'execa'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import type { Emulator } from '../github/types.js'

/** Somebody who works on the service: with git like everybody, and with the buttons of GitHub's pages. */
export interface Person {
  login: string
  /** May do whatever the person may. */
  token: string
  github: GitHub
  /** Changes a file on a branch of their own, pushes it, and opens a pull request. Returns its number. */
  propose(repo: string, change: Change): Promise<number>
  /** Presses "Merge pull request". */
  merge(repo: string, number: number): Promise<void>
}

export interface Change {
  title: string
  /** What the pull request says of itself. */
  body?: string | undefined
  branch: string
  /** What becomes of each file's text. */
  edit: Record<string, (text: string) => string>
}

export function createPerson(emulator: Emulator, login: string, dir: string): Person {
  const { token } = emulator.createUser(login)
  const github = getOctokit(token, { baseUrl: emulator.url })
  const git = (cwd: string, ...args: string[]): Promise<unknown> =>
    execa('git', ['-c', `user.name=${login}`, '-c', `user.email=${login}@hub.test`, ...args], { cwd })

  return {
    login,
    token,
    github,
    async propose(repo, { title, body = '', branch, edit }) {
      const clone = join(dir, `${login}-${branch.replaceAll('/', '-')}`)
      const address = new URL(`${emulator.url}/${repo}.git`)
      Object.assign(address, { username: login, password: token })
      await git(dir, 'clone', '--quiet', address.href, clone)
      await git(clone, 'switch', '--quiet', '--create', branch)
      for (const [path, change] of Object.entries(edit)) {
        const file = join(clone, path)
        await writeFile(file, change(await readFile(file, 'utf8')))
      }
      await git(clone, 'commit', '--quiet', '--all', '--message', title)
      await git(clone, 'push', '--quiet', 'origin', branch)
      await rm(clone, { recursive: true })
      const { data } = await github.rest.pulls.create({
        ...repoRef(repo),
        title,
        body,
        head: branch,
        base: emulator.repository(repo).defaultBranch,
      })
      return data.number
    },
    async merge(repo, number) {
      await github.rest.pulls.merge({ ...repoRef(repo), pull_number: number })
    },
  }
}
