import { expect } from 'vitest'
import { chartPath, type Lane, metaChart } from './code-lane.js'

/** One open pull request, complete, brings a version with two merges: by ada, and by bob. */
export async function expectOnePull(lane: Lane, version: string): Promise<void> {
  const [pull, ...others] = await lane.openPulls()
  expect(others).toEqual([])
  expect(pull?.title).toBe(`Bump hub to ${version} (2 changes)`)
  // bob has no access to the deploy repo: GitHub drops him from the assignees, so the text mentions him.
  expect(pull?.assignees?.map(({ login }) => login)).toEqual(['ada'])
  expect(pull?.body).toContain('On duty: ada, @bob.')
  expect(await lane.deployed(chartPath, 'lockstep/bump/hub')).toBe(metaChart(version, lane.charts.url))
}
