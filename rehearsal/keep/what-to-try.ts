import { repoNames } from '../fixtures/names.js'
import type { RehearsalUser } from '../fixtures/users.js'

/**
 * Commands that take a change from its merge upstream to all clusters, as `person`.
 *
 * @param github where it is reached from outside
 */
export function whatToTry(github: string, { login, token }: Pick<RehearsalUser, 'login' | 'token'>): string {
  const { host } = new URL(github)
  const [hub, deploy] = [repoNames.hub, repoNames.deploy].map((repo) => `http://${host}/repos/${repo}/pulls`)
  return `What to try: merge a change of the hub as ${login}, and deploy it
  TOKEN=${token}; CURL="curl --silent --show-error --fail --output /dev/null"
  git clone http://${login}:$TOKEN@${host}/${repoNames.hub}.git hub-of-${login} && cd hub-of-${login}
  git config user.name ${login} && git config user.email ${login}@hub.test
  sed -i 's/"ok": true/"ok": true, "mood": "calm"/' image/start.sh
  git switch -c calm && git commit -am 'Say how the hub is' && git push origin calm
  $CURL -H "authorization: Bearer $TOKEN" ${hub} -d '{"title": "Say how the hub is", "head": "calm", "base": "main"}'
  $CURL -H "authorization: Bearer $TOKEN" -X PUT ${hub}/1/merge
  Soon a pull request in ${repoNames.deploy} bumps the hub. When its gate is green, merge it, and watch the clusters:
  $CURL -H "authorization: Bearer $TOKEN" -X PUT ${deploy}/1/merge
  (1 is the number of each pull request; the pages show it.)`
}
