import type { InputValues } from '../../shared/action/inputs.js'
import type { Runtime } from '../../shared/action/runtime.js'
import { policyFile } from '../../shared/foundation/workspace.js'
import { defaultBranchName } from '../../shared/github/branches.js'
import { readFile } from '../../shared/github/files.js'
import { policyOn } from '../../shared/policy/on-branch.js'
import type { Policy } from '../../shared/policy/policy.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import { answerRows } from './assumptions/answers.js'
import { glanceAt } from './assumptions/glance.js'
import type { Past } from './assumptions/past.js'
import { pastComments, pastIssues } from './assumptions/read-issues.js'
import { pastPulls } from './assumptions/read-pulls.js'
import { pastRecords } from './assumptions/read-records.js'
import { shownSettings, shownUpstream } from './assumptions/read-shown.js'
import { withAppsLine } from './bots.js'
import type { CheckResult, Seen } from './check.js'
import { collectSettings, rulesetsIn } from './collect.js'
import { describeSettings } from './describe.js'
import { examineFacts } from './examine.js'
import type { definition } from './io.js'
import type { Tools } from './tools.js'

/**
 * Looks whether what Lockstep relies on is in force: rulesets, environments, Apps, files. Changes nothing. Fails the step
 * where something is wrong; what cannot be seen is told, and fails nothing.
 */
export async function examineSetup(
  inputs: InputValues<typeof definition.inputs>,
  world: Runtime,
): Promise<ActionOutcome<typeof definition.outputs>> {
  const repo = world.run.repository
  const github = world.github(inputs.token)
  const branch = await defaultBranchName(github, repo)
  const settingsToken = inputs['settings-token']
  const tools = {
    world,
    github,
    reader: world.github(inputs['upstream-token']),
    settings: settingsToken === '' ? undefined : world.github(settingsToken),
    keys: { gate: inputs['app-key'], bump: inputs['bump-key'] },
    keysOutside: inputs['exposed-secrets'],
  }
  const policy = await policyOn(github, repo, branch).catch(async (error: unknown) => {
    throw await withAppsLine(error, tools, await readFile(github, repo, policyFile, branch))
  })
  const facts = await collectSettings(tools, policy, repo, branch)
  const checks = examineFacts(facts)
  const where = { repo, branch, rulesets: rulesetsIn(facts.rules), upstreams: facts.upstreams.map((one) => one.repo) }
  const told = answerRows({ ...facts, ...(await collectPast(tools, policy, where)) })
  await world.summary(`${describeSettings(checks, told)}\n`)
  const marks = { ok: 'ok   ', wrong: 'WRONG', warning: 'warn ', unseen: 'look ' }
  for (const { about, state, says, fix } of checks) world.log.info(`${marks[state]} ${about}: ${says} ${fix}`.trimEnd())
  await world.log.group('How GitHub behaves here (rows of docs/github-assumptions.md)', async () => {
    for (const { row, answer, says } of told) world.log.info(`${row} ${answer}: ${says}`)
  })
  const count = (state: CheckResult): number => checks.filter((one) => one.state === state).length
  const wrong = checks.filter(({ state }) => state === 'wrong')
  const warnings = count('warning') === 0 ? '' : `, and ${count('warning')} could be improved`
  const message = `${count('ok')} settings are in force, ${wrong.length} are not, ${count('unseen')} cannot be checked from here${warnings}.`
  const evidence = checks.map(({ about, state, says }) => ({ kind: about, ok: state === 'ok', text: says }))
  return {
    finding: {
      decision: wrong.length === 0 ? 'success' : 'failure',
      reason: wrong.length === 0 ? 'ok' : 'misconfigured',
      message,
      commit: world.run.sha,
      evidence,
    },
    outputs: { conclusion: wrong.length === 0 ? 'success' : 'failure' },
    ...(wrong.length === 0
      ? {}
      : { problem: [message, ...wrong.map(({ about, says, fix }) => `${about}: ${says}\n  ${fix}`)].join('\n') }),
  }
}

/** Reads what GitHub shows of this repository and its past. Changes nothing, and never fails. */
async function collectPast(
  { github, reader }: Tools,
  { apps }: Pick<Policy, 'apps'>,
  where: { repo: string; branch: string; rulesets: Seen<number[]>; upstreams: string[] },
): Promise<Past> {
  const { repo, branch, upstreams } = where
  return {
    viewer: await glanceAt(
      async () => (await reader.graphql<{ viewer: { login: string } }>('{ viewer { login } }')).viewer.login,
    ),
    issues: await glanceAt(() => pastIssues(reader, repo, apps.gate.bot)),
    comments: await glanceAt(() => pastComments(reader, repo)),
    ...(await pastPulls(reader, repo, branch)),
    ...(await pastRecords(reader, repo, apps.gate)),
    ...(await shownSettings(github, where)),
    upstreams: await shownUpstream(reader, repo, upstreams),
  }
}
