import { UserError } from '../foundation/errors.js'

// The rehearsal's GitHub is on loopback.
const supported = /^(github\.com|[a-z0-9-]+\.ghe\.com|localhost|127\.0\.0\.\d{1,3}|\[::1\])$/

/**
 * Refuses a GitHub whose workflows cannot be what Lockstep's are.
 *
 * G1: an Enterprise Server has no `concurrency.queue`; without it GitHub drops deploys that wait.
 *
 * @param serverUrl `GITHUB_SERVER_URL`.
 * @throws UserError `unsupported-github`
 */
export function requireSupportedGitHub(serverUrl: string): void {
  const host = URL.canParse(serverUrl) ? new URL(serverUrl).hostname : serverUrl
  if (supported.test(host)) return
  throw new UserError(
    'unsupported-github',
    `Lockstep does not run on ${JSON.stringify(host.slice(0, 100))}: only on github.com and ghe.com.`,
    {
      fix: 'GitHub Enterprise Server has no "concurrency: queue", YAML anchors or "environment: deployment" in workflows, and would drop deploys that wait. Move the deploy repo to github.com or ghe.com.',
    },
  )
}
