import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { reportProgressWhile } from '../../../../../actions/helm-deploy/release/report-progress.js'
import type { Runtime } from '../../../../../shared/action/runtime.js'
import type { Kubectl } from '../../../../../shared/kube/kubectl.js'

/** A runtime in which one pause never ends by itself; `left` counts those that nobody ended. */
function patientRuntime(cancelled = new AbortController().signal) {
  const state = { pauses: 0, left: 0, reads: 0 }
  const runtime = {
    log: { info: () => {} },
    cancelled,
    clock: {
      now: () => new Date(0),
      sleep: (_: number, until?: AbortSignal) => {
        state.pauses++
        state.left++
        const signal = until ? AbortSignal.any([cancelled, until]) : cancelled
        return delay(3_600_000, undefined, { signal, ref: false }).finally(() => state.left--)
      },
    },
  } as unknown as Runtime
  const kubectl = {
    all: async () => {
      state.reads++
      return []
    },
  } as unknown as Kubectl
  return { state, world: runtime, kubectl }
}

test('when the work is done nothing is waited for any more: a forgotten timer would keep the job alive', async () => {
  const { state, world: runtime, kubectl } = patientRuntime()
  expect(await reportProgressWhile(delay(5, 'done'), kubectl, 'meta', runtime)).toBe('done')
  expect(state).toEqual({ pauses: 1, left: 0, reads: 0 })
})

test('work that fails fails, and nothing is waited for any more', async () => {
  const { state, world: runtime, kubectl } = patientRuntime()
  const work = delay(5).then(() => Promise.reject(new Error('no')))
  await expect(reportProgressWhile(work, kubectl, 'meta', runtime)).rejects.toThrow('no')
  await delay(0)
  expect(state.left).toBe(0)
})

test('a run that is cancelled is not asked about again and again while Helm ends', async () => {
  const { state, world: runtime, kubectl } = patientRuntime(AbortSignal.abort())
  await reportProgressWhile(delay(20), kubectl, 'meta', runtime)
  expect(state.reads).toBe(0)
})
