import { getState, info, saveState, setSecret } from '@actions/core'
import { connectGitHub } from '../github/client.js'

const state = 'tokens'
const made: string[] = []

/** Remembers a token for the step after the job. The runner keeps the state in files of the job, as it does every secret input. */
export function revokeLater(token: string): void {
  made.push(token)
  saveState(state, made.join(' '))
}

/** Ends the tokens that the action made: what a log or a left-over process holds is worth nothing then. */
export async function revokeTokens(apiUrl: string): Promise<void> {
  const tokens = getState(state).split(' ').filter(Boolean)
  for (const token of tokens) setSecret(token)
  const ends = tokens.map(async (token) => {
    const github = connectGitHub(token, { apiUrl }, { warning: info })
    // One that ended already, or a GitHub that does not answer: each ends by itself within the hour.
    await github.rest.apps
      .revokeInstallationAccessToken()
      .catch(() => info('A token could not be revoked; it ends within an hour.'))
  })
  await Promise.all(ends)
}
