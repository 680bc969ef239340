/** Started by gate-scale as a process of its own: `ADDRESS`; decides the change from `base` to `head` and prints what came of it. */
import { performance } from 'node:perf_hooks'
import { connectGitHub } from '../../shared/github/client.js'
import { parsePolicy } from '../../shared/policy/policy.js'
import { decideChange } from '../../shared/requirements/decide.js'
import { classifyWithCarried } from '../../shared/risk/carried.js'
import { githubChanges } from '../../shared/risk/github-changes.js'
import { scalePolicy } from './gate-scale-server.js'

const apiUrl = process.argv[2] ?? ''
const policy = parsePolicy(scalePolicy)
const begun = performance.now()
const used = process.cpuUsage()
const github = connectGitHub('token', { apiUrl }, { warning: (message) => console.error(message) })
const changes = await githubChanges(github, 'acme/deploy', policy, 'a'.repeat(40), 'b'.repeat(40))
const what = await classifyWithCarried(changes, policy, fetch)
const authors = [{ login: 'ada', standing: 'operator' as const }]
const facts = { what, digest: changes.digest, authors, reviews: [], evidence: [], standby: undefined, freezes: [] }
const silence = { holidays: {}, holds: [], breakGlass: undefined, debts: [] }
const { green, tier, kinds } = decideChange(policy, { ...facts, ...silence }, new Date())
const seconds = (performance.now() - begun) / 1000
const { user, system } = process.cpuUsage(used)
console.log(
  JSON.stringify({
    seconds,
    cpu: (user + system) / 1e6,
    green,
    tier,
    kinds,
    files: changes.files.length,
    complete: changes.complete,
  }),
)
