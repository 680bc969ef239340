import { describe, expect, test } from 'vitest'
import { readRun } from '../../../../shared/foundation/run-facts.js'
import type { Kubectl } from '../../../../shared/kube/kubectl.js'
import { refuseIfInProgress, writeReleaseLock } from '../../../../shared/records/release-lock.js'

const run = readRun({ GITHUB_REPOSITORY: 'org/deploy', GITHUB_RUN_ID: '9', GITHUB_RUN_ATTEMPT: '2' })

/** A namespace with nothing but ConfigMaps. */
function namespace(data?: Record<string, string>): Kubectl & { applied: unknown[] } {
  const applied: unknown[] = []
  return {
    applied,
    get: async () => (data ? { data } : applied.at(-1)),
    list: async () => [],
    all: async () => [],
    find: async () => [],
    served: async () => [],
    logs: async () => '',
    apply: async (object) => void applied.push(object),
  }
}

/** GitHub as it answers about any run. */
const github = (status: string | number) =>
  ({
    rest: {
      actions: {
        getWorkflowRun: async () => {
          if (typeof status === 'string') return { data: { status } }
          throw Object.assign(new Error('no'), { name: 'HttpError', status })
        },
      },
    },
  }) as never

async function judge(work: string | undefined, status: string | number = 'in_progress', latest = 'pending-upgrade') {
  const kubectl = namespace(work === undefined ? undefined : { work })
  const at = { kubectl, github: github(status), run, release: 'meta' }
  return refuseIfInProgress(at, { revision: 4, status: latest, description: '' }).catch((error: unknown) => error)
}

const work = (runKey: string, revision = 4): string => JSON.stringify({ schema: 1, run: runKey, revision })

test('what is written before Helm starts is read back', async () => {
  const kubectl = namespace()
  await writeReleaseLock(kubectl, 'meta', { schema: 1, run: '9/1', revision: 4 })
  const at = { kubectl, github: github('in_progress'), run, release: 'meta' }
  await refuseIfInProgress(at, { revision: 4, status: 'pending-rollback', description: '' })
  expect(kubectl.applied).toMatchObject([{ kind: 'ConfigMap', metadata: { name: 'lockstep-work-meta' } }])
})

describe('a pending revision may be freed', () => {
  test.each<[string, Parameters<typeof judge>]>([
    ['of an earlier attempt of this run', [work('9/1')]],
    ['of a run that has ended', [work('8/1'), 'completed']],
    ['of a run that GitHub no longer knows', [work('8/1'), 404]],
  ])('%s', async (_, facts) => {
    expect(await judge(...facts)).toBeUndefined()
  })

  test('and nobody is asked about one that is not pending', async () => {
    expect(await judge(undefined, 500, 'failed')).toBeUndefined()
  })
})

describe('a pending revision is left alone', () => {
  test.each<[string, Parameters<typeof judge>, RegExp]>([
    ['of a run that is going on', [work('8/1')], /org\/deploy\/actions\/runs\/8 has not ended/],
    ['of a run that waits', [work('8/1'), 'queued'], /runs\/8 has not ended/],
    ['that nobody said to make', [undefined], /Lockstep did not start it/],
    ['after the one that was said to be made', [work('8/1', 3), 'completed'], /Lockstep did not start it/],
    ['of somebody who writes nonsense', ['{]', 'completed'], /Lockstep did not start it/],
  ])('%s', async (_, facts, message) => {
    expect(await judge(...facts)).toMatchObject({
      reason: 'operation-in-progress',
      message: expect.stringMatching(message),
    })
  })

  test('where GitHub does not say whether its run has ended', async () => {
    expect(await judge(work('8/1'), 500)).toMatchObject({ name: 'HttpError' })
  })
})
