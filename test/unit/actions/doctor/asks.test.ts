import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { type AskedPermissions, asksOf } from '../../../../actions/doctor/asks.js'
import { appPermissions } from '../../../../actions/doctor/permissions.js'
import { workflow } from './healthy.js'

async function ofExamples(side: string): Promise<AskedPermissions[]> {
  const dir = `workflows-examples/${side}/.github/workflows`
  const names = await readdir(dir)
  return asksOf(await Promise.all(names.map(async (name) => workflow(name, await readFile(`${dir}/${name}`, 'utf8')))))
}

/** The most that is asked for of each permission. */
const most = (asked: AskedPermissions[]): Record<string, string> =>
  asked.reduce<Record<string, string>>((all, { permissions }) => {
    for (const [name, level] of Object.entries(permissions)) if (all[name] !== 'write') all[name] = level
    return all
  }, {})

test('what the examples ask for is what docs/adopting.md gives to the gate App, and no more', async () => {
  const asked = (await ofExamples('deploy-repo')).filter(({ app }) => app === 'gate')
  expect(asked.length).toBeGreaterThan(15)
  expect(most(asked)).toEqual(appPermissions.gate)
  expect(asked.filter(({ elsewhere }) => elsewhere).map(({ path }) => path)).toContain('.github/workflows/lane.yml')
})

test('the same of the bump App, with what the deploy repo asks it for', async () => {
  const both = [...(await ofExamples('upstream-repo')), ...(await ofExamples('deploy-repo'))]
  expect(most(both.filter(({ app }) => app === 'bump'))).toEqual(appPermissions.bump)
})

test('a step that may fail asks for nothing, and neither do other Apps, other actions or what is no workflow', () => {
  const step = (more: string, uses = 'actions/create-github-app-token@v3', id = 'LOCKSTEP_BUMP_APP_ID') =>
    `jobs: { a: { steps: [{ uses: ${uses}, ${more}with: { app-id: "\${{ vars.${id} }}", permission-issues: write } }] } }`
  const asked = (text: string) => asksOf([workflow('x.yml', text)])
  expect(asked(step(''))).toMatchObject([{ app: 'bump', elsewhere: false, permissions: { issues: 'write' } }])
  expect(asked(step('continue-on-error: true, '))).toEqual([])
  expect(asked(step('', 'actions/checkout@v7'))).toEqual([])
  expect(asked(step('', undefined, 'MY_APP'))).toEqual([])
  // What others write into their files begins no line of the log.
  const strange =
    '{ app-id: "${{ vars.LOCKSTEP_BUMP_APP_ID }}", "permission-x\\n::error": write, permission-issues: "a\\n::error::b" }'
  expect(
    asked(`jobs: { a: { steps: [{ uses: actions/create-github-app-token@v3, with: ${strange} }] } }`),
  ).toMatchObject([{ permissions: {} }])
  expect(asked('- no workflow')).toEqual([])
})
