import { execa } from 'execa'
import { expect, test } from 'vitest'
import { cgroupMounts, isAlive, runId } from '../../../../rehearsal/isolate/cgroups.js'

test('a run is alive as long as the process that names it, and another process with its number is not it', async () => {
  const child = execa('sleep', ['100'], { reject: false })
  const id = runId(child.pid)
  expect(isAlive(id)).toBe(true)
  expect(isAlive(id.replace(/\d+$/, '1'))).toBe(false)

  child.kill('SIGKILL')
  await child
  expect(isAlive(id)).toBe(false)
})

test('names that are not of a run are of no live run', () => {
  expect(isAlive('lockstep-')).toBe(false)
  expect(isAlive('lockstep-x-y')).toBe(false)
})

test('hierarchies of both versions are found among the mounts', () => {
  const mounts = `sysfs /sys sysfs rw 0 0
cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
tmpfs /sys/fs/cgroup tmpfs rw 0 0
`
  expect(cgroupMounts(mounts)).toEqual(['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/unified'])
})
