import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { kindCommands, kubeconfigInside, whyNotKind } from '../../../../rehearsal/cluster/kind.js'

test('kind is used only where a Docker server answers, whatever the client says', () => {
  expect(whyNotKind({ dockerServer: '28.2.2', kind: 'kind v0.30.0' })).toBeUndefined()
  expect(whyNotKind({ dockerServer: undefined, kind: 'kind v0.30.0' })?.message).toBe('No Docker engine answers.')
  expect(whyNotKind({ dockerServer: '28.2.2', kind: undefined })?.message).toBe('kind is not on PATH.')
  expect(kindCommands.dockerServer.at(-1)).toContain('.Server.')
})

test("a cluster is made and removed by the same name, and the user's own kubeconfig is left alone", () => {
  const [create, remove] = [kindCommands.create('/tmp/k'), kindCommands.remove('/tmp/k')]
  for (const command of [create, remove]) {
    expect(command.join(' ')).toContain('--name lockstep-rehearsal')
    expect(command.join(' ')).toContain('--kubeconfig /tmp/k')
  }
  expect(kindCommands.process).toContain('lockstep-rehearsal-control-plane')
})

test("in the node's network the API server is at its own port", () => {
  const outside = `
apiVersion: v1
clusters: [{ name: kind, cluster: { server: "https://127.0.0.1:41235", certificate-authority-data: Q0E= } }]
users: [{ name: kind, user: { client-key-data: S0VZ } }]
`
  expect(parse(kubeconfigInside(outside))).toEqual({
    apiVersion: 'v1',
    clusters: [{ name: 'kind', cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': 'Q0E=' } }],
    users: [{ name: 'kind', user: { 'client-key-data': 'S0VZ' } }],
  })
})
