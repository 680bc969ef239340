import { expect, test } from 'vitest'
import type { Exec } from '../../../../shared/exec/exec.js'
import { UserError } from '../../../../shared/foundation/errors.js'
import { readVersions } from '../../../../shared/kube/health.js'

const node = {
  metadata: { name: 'n1' },
  status: { nodeInfo: { kubeletVersion: 'v1.30.8' }, conditions: [{ type: 'Ready', status: 'True' }] },
}
const server = { serverVersion: { gitVersion: 'v1.30.9' } }

/** What kubectl says of its version, and Helm of its own; no Helm where it says nothing. */
const saying =
  (version: unknown, helm?: string): Exec =>
  async (program, args) => {
    if (program === 'helm') {
      if (helm === undefined) throw new UserError('tool-missing', 'No Helm.', { fix: 'Install it.' })
      return { code: 0, stdout: helm, stderr: '' }
    }
    const stdout = JSON.stringify(args.includes('version') ? version : { items: [node] })
    return { code: 0, stdout, stderr: '' }
  }

const nodes = [{ name: 'n1', version: 'v1.30.8', ready: true }]

test('the API server, the nodes, and the programs that look', async () => {
  const exec = saying({ ...server, clientVersion: { gitVersion: 'v1.31.0' } }, 'v3.19.2\n')
  expect(await readVersions(exec, 'config')).toEqual({ server: 'v1.30.9', kubectl: 'v1.31.0', helm: 'v3.19.2', nodes })
})

test('what does not tell its version is left out', async () => {
  expect(await readVersions(saying(server), 'config')).toEqual({ server: 'v1.30.9', nodes })
  expect(await readVersions(saying(server, 'nonsense'), 'config')).toEqual({ server: 'v1.30.9', nodes })
})

test('a cluster that does not show its nodes is not known', async () => {
  const forbidden: Exec = async () => ({
    code: 1,
    stdout: '',
    stderr: 'Error from server (Forbidden): nodes is forbidden',
  })
  await expect(readVersions(forbidden, 'config')).rejects.toThrow(UserError)
})
