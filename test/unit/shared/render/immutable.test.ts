import { expect, test } from 'vitest'
import { immutableChanges } from '../../../../shared/render/immutable.js'
import { allowedEdits, refusedEdits } from '../../../fixtures/immutable-samples.js'
import { sides } from '../../../fixtures/renderings.js'

const fields = (before: unknown, after: unknown) =>
  immutableChanges(sides([before], [after]).changes, 'hub').map(({ field }) => field)

test.each(refusedEdits)('the cluster would refuse: $title', ({ before, after, field }) => {
  expect(fields(before, after)).toEqual([field])
})

test.each(allowedEdits)('the cluster would take: $title', ({ before, after }) => {
  expect(fields(before, after)).toEqual([])
})
