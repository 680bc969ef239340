import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { authorityOf, withKubeconfig } from '../../../../shared/kube/kubeconfig.js'
import { isUnreachable, withoutAddresses, withoutLog } from '../../../../shared/kube/messages.js'

test.each([
  'Error: Kubernetes cluster unreachable: Get "https://api.secret.example:6443/version": dial tcp 10.1.2.3:6443: connect: connection refused',
  'The connection to the server api.secret.example:6443 was refused - did you specify the right host or port?',
  'Unable to connect to the server: dial tcp: lookup api.secret.example on 10.1.2.3:53: no such host',
  'Error: UPGRADE FAILED: Get "https://api.secret.example/apis": net/http: TLS handshake timeout',
])('an unreachable cluster is known as such, and its address is left out: %s', (said) => {
  expect(isUnreachable(said)).toBe(true)
  expect(withoutAddresses(said)).not.toMatch(/secret\.example|10\.1\.2\.3/)
})

test.each(['Error: context deadline exceeded', 'Error: cannot patch "web" with kind Deployment'])(
  'is not an unreachable cluster: %s',
  (said) => expect(isUnreachable(said)).toBe(false),
)

test("kubectl's own log is left out of what it says", () => {
  const said = 'E1122 22:06:22.511949   11209 memcache.go:265] "Unhandled Error" err="x"\nThe connection was refused\n'
  expect(withoutLog(said)).toBe('The connection was refused')
})

test('a kubeconfig is readable by this user only, and gone whatever happens', async () => {
  const temp = await mkdtemp(join(tmpdir(), 'lockstep-kube-test-'))
  let mode = 0
  const failing = withKubeconfig('content', temp, async (path) => {
    mode = (await stat(path)).mode & 0o777
    throw new Error('stop')
  })
  await expect(failing).rejects.toThrow('stop')
  expect(mode).toBe(0o600)
  expect(await readdir(temp)).toEqual([])
  await rm(temp, { recursive: true })
})

test.each(['not: [yaml', 'secret-token', '{}', 'current-context: x\ncontexts: []\nclusters: []\n'])(
  'what is no kubeconfig is refused without quoting it: %s',
  (content) => {
    expect(() => authorityOf(content)).toThrow(expect.objectContaining({ reason: 'input-invalid' }))
    expect(() => authorityOf(content)).not.toThrow(/secret-token/)
  },
)
