import { repoNames } from '../fixtures/names.js'
import type { RehearsalUser } from '../fixtures/users.js'

/**
 * Commands that take a change from its merge upstream to all clusters, as `person`.
 *
 * @param github where it is reached from outside
 */
export function whatToTry(github: string, { login, token }: Pick<RehearsalUser, 'login' | 'token'>): string {
  const clone = new URL(`${github}/${repoNames.hub}.git`)
  Object.assign(clone, { username: login, password: token })
  const as = `curl --silent --show-error --fail --output /dev/null --header 'authorization: Bearer ${token}'`
  const pulls = (repo: string): string => `${github}/repos/${repo}/pulls`
  return `What to try: merge a change of the hub as ${login}, and deploy it
  git clone ${clone.href} hub-of-${login} && cd hub-of-${login}
  git config user.name ${login} && git config user.email ${login}@hub.test
  sed -i 's/"ok": true/"ok": true, "mood": "calm"/' image/start.sh
  git switch -c calm && git commit -am 'Say how the hub is' && git push origin calm
  ${as} ${pulls(repoNames.hub)} --data '{"title": "Say how the hub is", "head": "calm", "base": "main"}'
  ${as} ${pulls(repoNames.hub)}/1/merge --request PUT
  Within a minute, a pull request in ${repoNames.deploy} bumps the hub. When its gate is green, merge it and watch the clusters:
  ${as} ${pulls(repoNames.deploy)}/1/merge --request PUT
  (1 is the pull request's number in its repository; the pages show it.)`
}
