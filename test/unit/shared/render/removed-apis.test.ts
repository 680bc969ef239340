import { expect, test } from 'vitest'
import { isCovered, removedApisIn } from '../../../../shared/render/removed-apis.js'
import { objectOf, sides } from '../../../fixtures/renderings.js'

const found = (objects: unknown[], target?: string) =>
  removedApisIn(sides([], objects).head.resources.values(), target).map(({ apiVersion, removedIn, instead }) => [
    apiVersion,
    removedIn,
    instead,
  ])

const cronJob = objectOf('batch/v1beta1', 'CronJob')
const ingress = objectOf('extensions/v1beta1', 'Ingress')

test.each<[string | undefined, string[]]>([
  ['1.15', []],
  ['1.21', []],
  ['1.22', ['extensions/v1beta1']],
  ['v1.24.3', ['extensions/v1beta1']],
  ['1.25', ['batch/v1beta1', 'extensions/v1beta1']],
  [undefined, ['batch/v1beta1', 'extensions/v1beta1']],
])('what Kubernetes %s does not serve is found', (target, expected) => {
  expect(found([cronJob, ingress], target).map(([apiVersion]) => apiVersion)).toEqual(expected)
})

test('what to write instead is told, where there is something', () => {
  expect(found([cronJob, objectOf('policy/v1beta1', 'PodSecurityPolicy')], '1.30')).toEqual([
    ['batch/v1beta1', '1.25', 'batch/v1'],
    ['policy/v1beta1', '1.25', undefined],
  ])
})

test('the same kind in its present version is fine, and so is a stranger of the same name', () => {
  expect(found([objectOf('batch/v1', 'CronJob'), objectOf('example.org/v1beta1', 'CronJob')])).toEqual([])
})

test('a version that is newer than the table is not vouched for', () => {
  expect([isCovered('1.35'), isCovered('1.36')]).toEqual([true, false])
})
