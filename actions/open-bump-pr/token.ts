import type { Log } from '../../shared/foundation/log.js'

/** Says what follows from whose token it was: the pull request's author tells. An App's own token has no drawback. */
export function sayConsequences(author: string, log: Log): void {
  if (author === 'github-actions[bot]') {
    log.warning(
      'The pull request was opened with GITHUB_TOKEN, so its workflows wait until somebody with write access presses "Approve workflows to run", and the gate with them. Pass a token of the bump App to have them start at once.',
    )
  } else if (!author.endsWith('[bot]')) {
    log.warning(
      `The pull request was opened with a personal token: it is ${author}'s, who cannot approve it, and its commit is not verified. Pass a token of the bump App to have it verified and nobody's own.`,
    )
  }
}
