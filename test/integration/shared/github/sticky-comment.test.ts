import { expect, test } from 'vitest'
import { keepComment } from '../../../../shared/github/sticky-comment.js'
import { at, deploy, startEmulatorFixture } from '../../../fixtures/emulator.js'

test('with a wrong number in the policy no run leaves a comment behind, however often it runs', async () => {
  await using fixture = await startEmulatorFixture()
  const gate = fixture.client(await fixture.gateToken())
  const { data: issue } = await fixture.client(fixture.ada.token).rest.issues.create({ ...at, title: 'Something' })
  const topic = { repo: deploy, number: issue.number, marker: '<!-- lockstep:gate -->' }
  const keep = (by: number) => keepComment(gate, { ...topic, by }, `${topic.marker}\nRed.`, true)
  const comments = async () =>
    (await gate.rest.issues.listComments({ ...at, issue_number: issue.number })).data.map(({ body }) => body)

  for (let run = 0; run < 3; run += 1)
    await expect(keep(fixture.gate.bot + 1)).rejects.toMatchObject({
      reason: 'misconfigured',
      message: expect.stringContaining(`bot: ${fixture.gate.bot}`),
    })
  expect(await comments()).toEqual([])

  expect(await keep(fixture.gate.bot)).toBe('created')
  expect(await keep(fixture.gate.bot)).toBe('unchanged')
  expect(await comments()).toHaveLength(1)
})
