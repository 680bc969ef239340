import { execa } from 'execa'
import { expect, inject, test } from 'vitest'
import { runKubectl } from '../../rehearsal/cluster/kubectl.js'

test('a kept world can be looked at from outside: GitHub, git, the service and its cluster', async () => {
  const tools = inject('tools')
  const rehearsal = execa(process.execPath, ['build/rehearsal/cli.js', '--scenario', 'adopted', '--keep'], {
    reject: false,
    stderr: 'inherit',
  })
  let said = ''
  const up = new Promise<void>((resolve) => {
    rehearsal.stdout.on('data', (text) => {
      said += String(text)
      if (/^ +Kubernetes .*\n/m.test(said)) resolve()
    })
  })
  try {
    // Ended without a word of addresses, it tells below why.
    await Promise.race([up, rehearsal])
    const find = (pattern: RegExp): string => pattern.exec(said)?.[1] ?? `nothing like ${pattern} in ${said}`

    expect(await (await fetch(find(/look around +(\S+)/))).text()).toContain('jupiter/deploy')
    expect((await execa('git', ['ls-remote', find(/git clone (\S+deploy\.git)/), 'main'])).stdout).toContain(
      'refs/heads/main',
    )
    // Node does not look up names below localhost by itself, as browsers and curl do.
    const versions = new URL(find(/staging +(http\S+)/))
    const { stdout } = await execa('curl', ['--silent', '--fail', versions.href])
    expect(JSON.parse(stdout)).toHaveProperty('hub')
    const pods = await runKubectl(tools.kubectl, find(/--kubeconfig (\S+)/), ['get', 'pods', '--namespace', 'chicago'])
    expect(pods).toContain('Running')
  } finally {
    rehearsal.kill('SIGINT')
  }
  // Ctrl-C is how a kept rehearsal is meant to end: the exit code tells of the story.
  expect((await rehearsal).exitCode, said).toBe(0)
}, 240_000)
